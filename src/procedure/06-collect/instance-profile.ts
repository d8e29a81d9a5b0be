import { type ActionContext, type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { notApplicable, ofInstance, take, takeEach, type Wanted } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';
import { isIamName, oneLine } from '../shared/names.ts';

const iam = (operation: string, input: Json): Call => ({ service: 'iam', operation, region: 'us-east-1', input });
interface Role {
  readonly RoleName: string;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string };
}

/** The role whose credentials everything on the instance can take: profile, trust, boundary, last use, every policy with its versions. */
export const collector: Collector = {
  id: 'instance-profile',
  step: 6,
  title: text('The role of the instance', 'El rol de la instancia'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeIamInstanceProfileAssociations',
    'iam:GetInstanceProfile',
    'iam:GetRole',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    'iam:GetRolePolicy',
    'iam:GetPolicy',
    'iam:ListPolicyVersions',
    'iam:GetPolicyVersion',
  ],
  collect: ofInstance('instance-profile', async function* (ctx, { region, instanceId, instance, evidence }) {
    const arn = instance.IamInstanceProfile?.Arn;
    const association = ec2(region, 'DescribeIamInstanceProfileAssociations', { Filters: [filter('instance-id', instanceId)] });
    yield (await take(ctx, 'instance-profile-association', association)).item;
    if (!arn) {
      yield notApplicable('instance-profile', text('The instance has no role.', 'La instancia no tiene rol.'), evidence);
      return;
    }
    const profile = await take<{ InstanceProfile?: { Roles?: Role[] } }>(
      ctx,
      'instance-profile',
      iam('GetInstanceProfile', { InstanceProfileName: arn.slice(arn.lastIndexOf('/') + 1) }),
    );
    yield profile.item;
    for (const { RoleName } of profile.output?.InstanceProfile?.Roles ?? []) if (isIamName(RoleName)) yield* ofRole(ctx, RoleName);
  }),
};

async function* ofRole(ctx: ActionContext, RoleName: string) {
  const [role, attached, inline] = await Promise.all([
    take<{ Role?: Role }>(ctx, 'role', iam('GetRole', { RoleName })),
    take<{ AttachedPolicies?: { PolicyArn?: string }[] }>(ctx, 'role-attached-policies', iam('ListAttachedRolePolicies', { RoleName }), { all: true }),
    take<{ PolicyNames?: string[] }>(ctx, 'role-inline-policies', iam('ListRolePolicies', { RoleName }), { all: true }),
  ]);
  yield* [role.item, attached.item, inline.item];
  yield* takeEach(
    ctx,
    (inline.output?.PolicyNames ?? []).map(
      (PolicyName): Wanted => [`role-inline-policy ${oneLine(PolicyName, 128)}`, iam('GetRolePolicy', { RoleName, PolicyName })],
    ),
  );
  const boundary = role.output?.Role?.PermissionsBoundary?.PermissionsBoundaryArn;
  const arns = [...(attached.output?.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []), ...(boundary ? [boundary] : [])];
  for (const items of await Promise.all([...new Set(arns)].map((arn) => ofPolicy(ctx, arn)))) yield* items;
}

/** A managed policy with all its versions: an attacker may have set an older, wider one as the default. */
async function ofPolicy(ctx: ActionContext, PolicyArn: string) {
  const name = oneLine(PolicyArn.slice(PolicyArn.indexOf(':policy/') + 8), 128);
  const [policy, versions] = await Promise.all([
    take(ctx, `policy ${name}`, iam('GetPolicy', { PolicyArn })),
    take<{ Versions?: { VersionId?: string }[] }>(ctx, `policy-versions ${name}`, iam('ListPolicyVersions', { PolicyArn }), { all: true }),
  ]);
  const ids = (versions.output?.Versions ?? []).flatMap(({ VersionId }) => VersionId ?? []);
  // Of AWS's own policies only the version in force counts: the customer cannot go back to an older one.
  const wanted = PolicyArn.startsWith('arn:aws:iam::aws:')
    ? (versions.output?.Versions as { VersionId?: string; IsDefaultVersion?: boolean }[] | undefined)?.flatMap((one) =>
        one.IsDefaultVersion ? (one.VersionId ?? []) : [],
      )
    : ids;
  const documents = await Promise.all(
    (wanted ?? []).map((VersionId) => take(ctx, `policy-version ${name} ${oneLine(VersionId, 16)}`, iam('GetPolicyVersion', { PolicyArn, VersionId }))),
  );
  return [policy, versions, ...documents].map(({ item }) => item);
}
