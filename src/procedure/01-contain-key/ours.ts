import type { ActionContext, Json, JsonObject, Standing } from '../../kernel/index.ts';
import type { Act } from '../shared/trail.ts';
import { isTree, type Tree } from './acts.ts';
import { isElsewhere } from './changes.ts';
import type { Difference } from './iam-diff.ts';
import { plainDocument } from './iam-read.ts';

const member = (input: Json, name: string): string | undefined => {
  const value = typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as JsonObject)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
};
/** Of the request, as the change names it and as CloudTrail does. */
const NAMES = [
  ['UserName', 'userName'],
  ['RoleName', 'roleName'],
  ['AccessKeyId', 'accessKeyId'],
  ['PolicyName', 'policyName'],
  ['PolicyArn', 'policyArn'],
] as const;
/** AWS writes down when a call came, in whole seconds; its answer was here at most so much later. */
const SECONDS = 30;

/** The same call on the same thing just before its answer: a change of the case, whichever responder made it. What comes after it is not ours. */
const records = (one: Standing, act: Act): boolean =>
  !isElsewhere(one.step) &&
  act.source === `${one.call.service}.amazonaws.com` &&
  act.name === one.call.operation &&
  Date.parse(act.time) <= Date.parse(one.since) &&
  Date.parse(act.time) >= Date.parse(one.since) - SECONDS * 1000 &&
  NAMES.every(([name, told]) => member(one.input, name) === undefined || member(one.input, name) === act.names[told]);

/**
 * Did the response do this? Whatever the responder's identity signed, and the record of a change of the case. A session of the same role
 * under another name is somebody else's: roles are shared, with attackers too.
 */
export const isOurs = (ctx: ActionContext, tree: Tree, standing: readonly Standing[], act: Act): boolean =>
  act.by.arn === ctx.facts.callerArn || (act.error === null && !isTree(ctx, tree, act) && standing.some((one) => records(one, act)));

/** What the case itself wrote where this differs from before, in the form of the picture; null when it wrote nothing there. */
export function written(standing: readonly Standing[], one: Pick<Difference, 'what' | 'of'>): string | null {
  if (one.what !== 'trust-policy') return null;
  const ours = standing.findLast(
    (each) => !isElsewhere(each.step) && each.call.operation === 'UpdateAssumeRolePolicy' && member(each.input, 'RoleName') === one.of,
  );
  return ours ? plainDocument(member(ours.input, 'PolicyDocument')) : null;
}
