import type { Action, ActionContext, Call, Change, Check, Json, JsonObject, Read, Step, Value } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { oneLine } from '../shared/names.ts';
import { textOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { isAwsFailure } from '../shared/reading.ts';

interface Set_ {
  readonly arn: string;
  /** The inline policy as it stands; empty when there is none. */
  readonly policy: string;
  readonly denied: boolean;
  /** The denial has reached every account the set is provisioned to. */
  readonly provisioned: boolean;
}
interface Observed {
  readonly as: string | null;
  readonly region: string;
  readonly instance: string;
  readonly userId: string;
  readonly userName: string;
  readonly sid: string;
  readonly sets: readonly Set_[];
  readonly evidence: readonly string[];
}
const MOST_SETS = 500;
const MAX_POLICY = 32_768;
const refuse = (code: string, message: string, fix: string) => new AplombError(code, message, { fix, exit: EXIT.usage });

interface Instance {
  InstanceArn?: string;
  IdentityStoreId?: string;
}
/** Identity Center lives in one region of the organisation; it is asked for there. */
async function findInstance(ctx: ActionContext, as: string | null): Promise<{ region: string; instance: string; store: string }> {
  const named = textOption(ctx, 'identityCenterRegion');
  const listed = named
    ? [named]
    : (
        await ctx.read<{ Regions?: { RegionName?: string }[] }>({
          service: 'ec2',
          operation: 'DescribeRegions',
          region: partition(ctx).globalRegion,
          input: {},
        })
      ).output.Regions?.flatMap((one) => one.RegionName ?? []);
  const asked = await Promise.all(
    (listed ?? []).map(async (region) => {
      try {
        const { output } = await ctx.readAll<{ Instances?: Instance[] }>({
          ...(as ? { as } : {}),
          service: 'sso-admin',
          operation: 'ListInstances',
          region,
          input: {},
        });
        return (output.Instances ?? []).map((one) => ({ region, instance: one.InstanceArn ?? '', store: one.IdentityStoreId ?? '' }));
      } catch (error) {
        if (!isAwsFailure(error)) throw error;
        return [];
      }
    }),
  );
  const [found] = asked.flat();
  if (found) return found;
  throw refuse(
    'NoIdentityCenter',
    'no instance of IAM Identity Center can be seen with these credentials',
    'Work with the management account or its delegated administrator (--organization-as), and name the region (--identity-center-region) if you know it.',
  );
}

/** By its id, or by its user name. */
async function findUser(ctx: ActionContext, as: string | null, region: string, store: string): Promise<{ userId: string; userName: string }> {
  const given = textOption(ctx, 'user') ?? '';
  const call = (operation: string, input: Value): Call => ({ ...(as ? { as } : {}), service: 'identitystore', operation, region, input });
  if (/^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) {
    const { output } = await ctx.read<{ UserName?: string }>(call('DescribeUser', { IdentityStoreId: store, UserId: given }));
    return { userId: given, userName: oneLine(output.UserName, 128) };
  }
  const { output } = await ctx.readAll<{ Users?: { UserId?: string; UserName?: string }[] }>(
    call('ListUsers', { IdentityStoreId: store, Filters: [{ AttributePath: 'UserName', AttributeValue: given }] }),
  );
  const [user, ...more] = output.Users ?? [];
  if (given !== '' && user?.UserId && more.length === 0) return { userId: user.UserId, userName: oneLine(user.UserName, 128) };
  throw refuse(
    'NoSuchUser',
    `IAM Identity Center knows no user "${oneLine(given, 60)}"`,
    'Give --user with the user name or the user id, as Identity Center shows it.',
  );
}

const statementsOf = (policy: string): Json[] => {
  const parsed = JSON.parse(policy) as JsonObject;
  return [parsed.Statement ?? []].flat() as Json[];
};
/** The set's own policy with the denial added; other users of the set notice nothing. */
function withDenial(policy: string, sid: string, userId: string): JsonObject {
  const denial = { Sid: sid, Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEquals: { 'identitystore:userId': userId } } };
  if (policy.trim() === '') return { Version: '2012-10-17', Statement: [denial] };
  const parsed = JSON.parse(policy) as JsonObject;
  return { ...parsed, Statement: [...statementsOf(policy), denial] };
}

async function look(ctx: ActionContext): Promise<Observed> {
  const as = textOption(ctx, 'organizationAs') ?? null;
  if (textOption(ctx, 'user') === undefined)
    throw refuse('NoUser', 'whom to deny is not said', 'Give --user with the user name or the user id, as Identity Center shows it.');
  const { region, instance, store } = await findInstance(ctx, as);
  const { userId, userName } = await findUser(ctx, as, region, store);
  // Sids hold letters and digits only.
  const sid = `AplombDeny${userId.replace(/[^A-Za-z0-9]/g, '')}`;
  const call = (operation: string, input: JsonObject): Call => ({
    ...(as ? { as } : {}),
    service: 'sso-admin',
    operation,
    region,
    input: { InstanceArn: instance, ...input },
  });
  const listed = await ctx.readAll<{ PermissionSets?: string[] }>(call('ListPermissionSets', {}));
  const arns = (listed.output.PermissionSets ?? []).slice(0, MOST_SETS);
  const evidence = [...listed.evidence];
  const sets: Set_[] = [];
  for (let from = 0; from < arns.length; from += 8) {
    const read = arns.slice(from, from + 8).map(async (arn): Promise<Set_ | null> => {
      const of = { PermissionSetArn: arn };
      const [inline, everywhere, behind] = await Promise.all([
        ctx.read<{ InlinePolicy?: string }>(call('GetInlinePolicyForPermissionSet', of)),
        ctx.readAll<{ AccountIds?: string[] }>(call('ListAccountsForProvisionedPermissionSet', of)),
        ctx.readAll<{ AccountIds?: string[] }>(
          call('ListAccountsForProvisionedPermissionSet', { ...of, ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' }),
        ),
      ]);
      evidence.push(...inline.evidence, ...everywhere.evidence, ...behind.evidence);
      if ((everywhere.output.AccountIds ?? []).length === 0) return null;
      const policy = inline.output.InlinePolicy ?? '';
      return { arn, policy, denied: policy.includes(`"${sid}"`), provisioned: (behind.output.AccountIds ?? []).length === 0 };
    });
    sets.push(...(await Promise.all(read)).filter((one) => one !== null));
  }
  return { as, region, instance, userId, userName, sid, sets, evidence };
}

const done = (set: Set_): boolean => set.denied && set.provisioned;

/**
 * A person who signs in through IAM Identity Center holds sessions that IAM does not let anybody revoke in the account. The
 * denial goes into the inline policy of every permission set that is provisioned anywhere, for this user only, and is then
 * provisioned: it counts for sessions that live already.
 * Source: IAM Identity Center User Guide, "Revoke active IAM role sessions created by permission sets".
 */
export const action: Action<Observed> = {
  id: 'deny-identity-center-user',
  step: 1,
  title: text(
    'Deny an IAM Identity Center user everything, living sessions included',
    'Denegar todo a un usuario de IAM Identity Center, incluidas sus sesiones vivas',
  ),
  permissions: [
    'ec2:DescribeRegions',
    'sso:ListInstances',
    'sso:ListPermissionSets',
    'sso:GetInlinePolicyForPermissionSet',
    'sso:ListAccountsForProvisionedPermissionSet',
    'sso:PutInlinePolicyToPermissionSet',
    'sso:DeleteInlinePolicyFromPermissionSet',
    'sso:ProvisionPermissionSet',
    'sso:DescribePermissionSetProvisioningStatus',
    'identitystore:ListUsers',
    'identitystore:DescribeUser',
  ],
  observe: look,
  plan({ as, region, instance, userId, userName, sid, sets }): Step[] {
    const call = (operation: string, input: JsonObject): Call => ({
      ...(as ? { as } : {}),
      service: 'sso-admin',
      operation,
      region,
      input: { InstanceArn: instance, ...input },
    });
    return sets
      .filter((set) => !done(set))
      .flatMap((set, at): Step[] => {
        const of = { PermissionSetArn: set.arn };
        const steps: Step[] = [];
        // Where the policy as it stands now counts already.
        const latest = call('ListAccountsForProvisionedPermissionSet', { ...of, ProvisioningStatus: 'LATEST_PERMISSION_SET_PROVISIONED' });
        const until = [{ path: 'length(AccountIds) > `0`', is: true }];
        const [put, provision] = [`deny.${at}`, `provision.${at}`];
        if (!set.denied) {
          const document = withDenial(set.policy, sid, userId);
          if (JSON.stringify(document).length > MAX_POLICY)
            throw refuse(
              'PolicyTooLong',
              `the inline policy of ${set.arn} has no room for a denial`,
              'Take the user out of the assignment by hand, or shorten the policy.',
            );
          const back =
            set.policy.trim() === ''
              ? call('DeleteInlinePolicyFromPermissionSet', of)
              : call('PutInlinePolicyToPermissionSet', { ...of, InlinePolicy: set.policy });
          const change: Change = {
            id: put,
            why: text(
              `deny ${userName} in permission set ${set.arn.split('/').at(-1)}`,
              `denegar a ${userName} en el conjunto de permisos ${set.arn.split('/').at(-1)}`,
            ),
            call: call('PutInlinePolicyToPermissionSet', { ...of, InlinePolicy: { $json: document } }),
            repeat: 'safe',
            probe: {
              call: call('GetInlinePolicyForPermissionSet', of),
              // The sid is ours: letters and digits only.
              done: [{ path: `contains(InlinePolicy, '"${sid}"')`, is: true }],
            },
            undo: {
              calls: [back, call('ProvisionPermissionSet', { ...of, TargetType: 'ALL_PROVISIONED_ACCOUNTS' }), { read: latest, until, every: 3, limit: 300 }],
              done: [{ path: `contains(InlinePolicy || '', '"${sid}"')`, is: false }],
              loses: text(
                `${userName} may work again, with every session that still lives`,
                `${userName} podrá volver a trabajar, con toda sesión que siga viva`,
              ),
            },
            danger: [
              text(
                `the permission set is shared: its policy is changed for ${userName} only, and provisioned to every account that has it`,
                `el conjunto de permisos es compartido: su política cambia solo para ${userName}, y se aplica en toda cuenta que lo tiene`,
              ),
            ],
          };
          steps.push(change);
        }
        const apply: Change = {
          id: provision,
          why: text('make it count in every account', 'hacer que cuente en toda cuenta'),
          ...(set.denied ? {} : { needs: [put] }),
          call: call('ProvisionPermissionSet', { ...of, TargetType: 'ALL_PROVISIONED_ACCOUNTS' }),
          repeat: 'safe',
          probe: {
            call: latest,
            done: until,
          },
          accept: [{ path: 'type(PermissionSetProvisioningStatus.RequestId)', is: 'string' }],
          undo: { with: put },
          danger: [],
        };
        const wait: Read = {
          id: `provisioned.${at}`,
          why: text('AWS provisions it', 'AWS lo aplica'),
          needs: [provision],
          read: latest,
          until,
          every: 3,
          limit: 300,
        };
        return [
          ...steps,
          ...(set.denied ? [{ ...apply, undo: { kept: text('the policy it applies stays as it is', 'la política que aplica queda como está') } }] : [apply]),
          wait,
        ];
      });
  },
  check: (ctx) =>
    readable(['identity-center-denied'], async (): Promise<Check[]> => {
      const seen = await settled(
        ctx,
        () => look(ctx),
        (one) => one.sets.every(done),
      );
      const open = seen.sets.filter((set) => !done(set)).map((set) => set.arn);
      return [
        check(
          'identity-center-denied',
          open.length > 0 ? 'fails' : 'holds',
          open.length > 0
            ? text(`not denied, or not provisioned yet: ${open.join(', ')}`, `sin denegar, o aún sin aplicar: ${open.join(', ')}`)
            : text(
                `${seen.userName} is denied everything in ${seen.sets.length} permission sets. Disable the user and delete its sessions in Identity Center too: the portal is not an AWS role`,
                `${seen.userName} tiene todo denegado en ${seen.sets.length} conjuntos de permisos. Desactive también el usuario y borre sus sesiones en Identity Center: el portal no es un rol de AWS`,
              ),
          seen.evidence,
        ),
      ];
    }),
};
