import { type ActionContext, type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { take, unavailable } from '../shared/collected.ts';
import { describeInstance, ec2, filter, targetOf } from '../shared/ec2.ts';

const iam = (operation: string, input: Json): Call => ({ service: 'iam', operation, region: 'us-east-1', input });

/** The role whose credentials everything on the instance can take: profile, trust, policies. */
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
  ],
  async *collect(ctx) {
    const target = targetOf(ctx);
    try {
      const { instance } = await describeInstance(ctx, target);
      const arn = instance.IamInstanceProfile?.Arn;
      const association = ec2(target.region, 'DescribeIamInstanceProfileAssociations', { Filters: [filter('instance-id', target.instanceId)] });
      yield (await take(ctx, 'instance-profile-association', association)).item;
      if (!arn) return;
      const profile = await take<{ InstanceProfile?: { Roles?: { RoleName: string }[] } }>(
        ctx,
        'instance-profile',
        iam('GetInstanceProfile', { InstanceProfileName: arn.slice(arn.lastIndexOf('/') + 1) }),
      );
      yield profile.item;
      for (const { RoleName } of profile.output?.InstanceProfile?.Roles ?? []) yield* role(ctx, RoleName);
    } catch (error) {
      yield unavailable('instance-profile', error);
    }
  },
};

async function* role(ctx: ActionContext, RoleName: string) {
  yield (await take(ctx, 'role', iam('GetRole', { RoleName }))).item;
  yield (await take(ctx, 'role-attached-policies', iam('ListAttachedRolePolicies', { RoleName }), { all: true })).item;
  const inline = await take<{ PolicyNames?: string[] }>(ctx, 'role-inline-policies', iam('ListRolePolicies', { RoleName }), { all: true });
  yield inline.item;
  for (const PolicyName of inline.output?.PolicyNames ?? [])
    yield (await take(ctx, `role-inline-policy ${PolicyName}`, iam('GetRolePolicy', { RoleName, PolicyName }))).item;
}
