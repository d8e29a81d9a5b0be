import { LabError, type LabOperations } from '../../contract.ts';
import { addRole, iamTables, uuid } from '../../world/index.ts';
import { detailedRole } from './roles.ts';
import { find, iam, NAME, name64, noSuchEntity } from './shared.ts';

/** E.g. autoscaling.amazonaws.com -> AWSServiceRoleForAutoScaling. Where a service spells itself otherwise, its own spelling. */
const SPELLING: Readonly<Record<string, string>> = {
  autoscaling: 'AutoScaling',
  ecs: 'ECS',
  eks: 'AmazonEKS',
  guardduty: 'AmazonGuardDuty',
  config: 'Config',
  organizations: 'Organizations',
  rds: 'RDS',
  spot: 'EC2Spot',
  support: 'Support',
  batch: 'Batch',
  cloudtrail: 'CloudTrail',
};
const deletions = (world: object): Map<string, string> => {
  let map = known.get(world);
  if (!map) known.set(world, (map = new Map()));
  return map;
};
/** Deletion tasks are answered for a while and are no state worth saving. */
const known = new WeakMap<object, Map<string, string>>();

export const operations: LabOperations = {
  CreateServiceLinkedRole: {
    constraints: { AWSServiceName: { length: [1, 128], pattern: NAME }, Description: { length: [0, 1000] }, CustomSuffix: { length: [1, 64], pattern: NAME } },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:role/aws-service-role/${input.AWSServiceName}/*`],
    conditions: (input) => ({ 'iam:AWSServiceName': String(input.AWSServiceName) }),
    run(input, ctx) {
      const service = /^([a-z0-9-]+)\.amazonaws\.com$/.exec(input.AWSServiceName)?.[1];
      if (!service) throw new LabError('InvalidInput', `${input.AWSServiceName} is not a valid service name.`, { status: 400 });
      const spelt = SPELLING[service] ?? service.charAt(0).toUpperCase() + service.slice(1);
      const name = `AWSServiceRoleFor${spelt}${input.CustomSuffix === undefined ? '' : `_${input.CustomSuffix}`}`;
      if (iam(ctx).roles[name])
        throw new LabError('InvalidInput', `Service role name ${name} has been taken in this account, please try a different suffix.`, { status: 400 });
      const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: input.AWSServiceName }, Action: 'sts:AssumeRole' }] };
      const role = addRole(ctx.world, ctx.account, { name, path: `/aws-service-role/${input.AWSServiceName}/`, trust, description: input.Description });
      return { Role: detailedRole(role) };
    },
  },
  DeleteServiceLinkedRole: {
    constraints: { RoleName: name64 },
    run(input, ctx) {
      const role = find(iam(ctx).roles, input.RoleName, 'role');
      if (!role.path.startsWith('/aws-service-role/')) throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
      delete iamTables(ctx.account).roles[role.name];
      const task = `task${role.path}${role.name}/${uuid(ctx.world)}`;
      deletions(ctx.world).set(task, 'SUCCEEDED');
      return { DeletionTaskId: task };
    },
  },
  GetServiceLinkedRoleDeletionStatus: {
    constraints: { DeletionTaskId: { length: [1, 1000] } },
    run(input, ctx) {
      const status = deletions(ctx.world).get(input.DeletionTaskId);
      if (status === undefined) throw noSuchEntity(`The deletion task ${input.DeletionTaskId} cannot be found.`);
      return { Status: status };
    },
  },
};
