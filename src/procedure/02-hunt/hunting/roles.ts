import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext, JsonObject } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { partition } from '../../shared/partition.ts';
import { isAwsFailure, readOrAbsent } from '../../shared/reading.ts';

const ROLE = /^arn:[^:]+:iam::\d{12}:role\//;
const NAME = /^[\w+=,.@/-]{1,512}$/;
/**
 * ARNs of the account's roles, each once, among what services keep: an ARN, a name with or without its path (Glue, EMR), or nothing.
 * What is neither, such as the ARN of an instance profile, is left out.
 */
export const rolesOf = (ctx: ActionContext, ...values: (string | null | undefined)[]): string[] => [
  ...new Set(
    values.flatMap((value) => {
      if (!value) return [];
      if (value.startsWith('arn:')) return ROLE.test(value) ? [value] : [];
      return NAME.test(value) ? [`arn:${partition(ctx).name}:iam::${ctx.facts.account ?? ''}:role/${value.replace(/^\/+/, '')}`] : [];
    }),
  ),
];

export interface ProfileRoles {
  /** ARNs; empty when there is no profile, or none of its roles could be learned. */
  readonly roles: readonly string[];
  readonly detail: JsonObject;
}
const asked = new WeakMap<ActionContext, Map<string, Promise<ProfileRoles>>>();
const PROFILE_NAME = /^[\w+=,.@-]{1,128}$/;

async function askProfile(ctx: ActionContext, name: string): Promise<ProfileRoles> {
  try {
    const answer = await readOrAbsent<{ InstanceProfile?: { Roles?: { Arn?: string }[] } }>(ctx, {
      service: 'iam',
      operation: 'GetInstanceProfile',
      region: partition(ctx).globalRegion,
      input: { InstanceProfileName: name },
    });
    const roles = (answer?.output.InstanceProfile?.Roles ?? []).flatMap((role) => role.Arn ?? []);
    return { roles, detail: answer ? {} : { profileGone: true } };
  } catch (error) {
    // What runs is worth more than under which role: the instance is reported all the same.
    if (isAwsFailure(error)) return { roles: [], detail: { rolesUnknown: codeOf(error) } };
    throw error;
  }
}

/**
 * The roles behind an instance profile, asked for once each; permission iam:GetInstanceProfile.
 * @param profile ARN or name, as instances, launch templates and requests carry it
 */
export async function rolesOfProfile(ctx: ActionContext, profile: { Arn?: string; Name?: string } | string | undefined): Promise<ProfileRoles> {
  const given = typeof profile === 'string' ? profile : (profile?.Arn ?? profile?.Name ?? '');
  const name = given.startsWith('arn:') ? (given.split('/').at(-1) ?? '') : given;
  if (given === '') return { roles: [], detail: {} };
  if (!PROFILE_NAME.test(name)) return { roles: [], detail: { profile: oneLine(given, 200) } };
  let known = asked.get(ctx);
  if (!known) asked.set(ctx, (known = new Map()));
  let answer = known.get(name);
  if (!answer) known.set(name, (answer = askProfile(ctx, name)));
  const { roles, detail } = await answer;
  return { roles, detail: { profile: oneLine(given, 200), ...detail } };
}
