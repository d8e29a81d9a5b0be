import type { World } from '../../src/lab/contract.ts';
import type { Intercept } from '../../src/lab/pipeline.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addUser, createAccount, type KeyRow, newWorld } from '../../src/lab/world/index.ts';

export interface Stage {
  lab: RunningLab;
  world: World;
  key: KeyRow;
}
/** A lab with one account and one user who may do everything. */
export async function openStage(intercept?: Intercept): Promise<Stage> {
  const world = newWorld({ seed: 'witness' });
  const account = createAccount(world, { id: '111122223333', name: 'Example', supportPlan: 'business' });
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  addUser(world, account, { name: 'responder', inline: { everything } });
  const key = addAccessKey(world, account, 'responder');
  const lab = await startLab({ world, ...(intercept ? { intercept } : {}) });
  return { lab, world, key };
}
/** Services whose client is installed: those that every incident needs, and what holds, watches or keeps an instance. */
export const INSTALLED = [
  ...(['ec2', 'iam', 'sts', 'cloudtrail', 'support', 'ebs', 'account', 'ssm', 's3', 'kms', 'sqs'] as const),
  ...(['autoscaling', 'elasticloadbalancing', 'elasticloadbalancing-classic', 'dlm', 'monitoring', 'logs', 'inspector2', 'cloudformation'] as const),
] as const;
/** Services without a client package, served from a model of our own: botocore alone can tell whether it is right. */
export const OUR_MODELS = ['rbin', 'rolesanywhere'] as const;
