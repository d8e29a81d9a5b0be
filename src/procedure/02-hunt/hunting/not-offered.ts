import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext, AwsFailure, Hunter } from '../../../kernel/index.ts';
import { isAwsFailure } from '../../shared/reading.ts';

/**
 * Services that every region has from its first day (second word of their types): if the name of one cannot be found, the names are
 * at fault, not AWS's offer. Source: AWS General Reference, service endpoints and quotas.
 */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'AutoScaling',
  'CloudFormation',
  'CloudTrail',
  'Config',
  'EC2',
  'ECS',
  'EKS',
  'Events',
  'IAM',
  'KMS',
  'Lambda',
  'RDS',
  'S3',
  'SNS',
  'SSM',
  'SecretsManager',
]);
/** The service is there and has no such operation, in the words of the JSON and of the query services. */
const NO_SUCH_OPERATION = /^(UnknownOperation|InvalidAction)/;
/** No endpoint of that name, or the client itself knows that there is none. EAI_AGAIN is a name server that does not answer: no verdict. */
const NO_ENDPOINT = /^(ENOTFOUND|EndpointError)$/;

const reached = new WeakMap<ActionContext, Map<string, Promise<boolean>>>();
/** Whether this region's STS answers, whatever it says: then names are found, and the region is within reach. Needs no permission. */
function isReached(ctx: ActionContext, region: string): Promise<boolean> {
  let known = reached.get(ctx);
  if (!known) reached.set(ctx, (known = new Map()));
  let answer = known.get(region);
  if (!answer) {
    answer = ctx.read({ service: 'sts', operation: 'GetCallerIdentity', region, input: {} }).then(
      () => true,
      (error: unknown) => {
        if (!isAwsFailure(error)) throw error;
        return error.status !== undefined;
      },
    );
    known.set(region, answer);
    // Out of reach now is not out of reach for good.
    const forget = () => known.delete(region);
    answer.then((yes) => yes || forget(), forget);
  }
  return answer;
}

/**
 * Whether a hunter's error means that AWS does not offer the service, or that operation of it, in this region: then there is nothing of
 * the type, and nothing failed. A network without name service says nearly the same; so it counts only while the region's STS answers,
 * and never for a service that every region has. A refusal never is one.
 */
export async function notOfferedHere(ctx: ActionContext, hunter: Pick<Hunter, 'type' | 'scope'>, region: string, error: AwsFailure): Promise<boolean> {
  const code = codeOf(error);
  if (error.status !== undefined) return error.status < 500 && NO_SUCH_OPERATION.test(code);
  if (hunter.scope === 'global' || EVERYWHERE.has(hunter.type.split('::')[1] ?? '') || !NO_ENDPOINT.test(code)) return false;
  return isReached(ctx, region);
}
