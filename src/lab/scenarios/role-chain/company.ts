import { makeCompanyTrail } from '../company-trail.ts';
import { SPAN } from '../key-leak/cast.ts';
import type { Actor, Stage } from '../stage.ts';
import type { Props, Technique } from '../technique.ts';
import { SERVICES, trust } from '../words.ts';
import type { Cast } from './cast.ts';

export interface Organisation {
  admin: Actor;
  /** Administrator of the management account. */
  platform: Actor;
  leaked: Actor;
  responder: Actor;
  roleArns: { first: string; second: string; third: string; response: string };
  /** What techniques use, in each account. */
  props: { workload: Props; management: Props };
}
const allow = (Action: string[], Resource: string | string[] = '*'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const arn = (account: string, rest: string): string => `arn:aws:iam::${account}:${rest}`;

/** Users and roles of both accounts, from two months ago: each role may do its work and take the next one, and that is the way in. */
export async function buildOrganisation(
  stage: Stage,
  cast: Cast,
  admins: { workload: Actor; management: Actor },
  techniques: readonly Technique[],
): Promise<Organisation> {
  const { account, management, addresses, agents } = cast;
  const home = { actor: admins.workload, iam: (operation: string, input: object) => stage.call(admins.workload, 'iam', operation, input, 'us-east-1') };
  const top = { actor: admins.management, iam: (operation: string, input: object) => stage.call(admins.management, 'iam', operation, input, 'us-east-1') };
  const services = [...new Set(['codecommit', 'ec2', 's3', ...techniques.flatMap(({ needs }) => needs.map((action) => action.split(':')[0]!))])]
    .filter((name) => !['iam', 'sts', 'account', 'organizations'].includes(name))
    .sort();
  const work = services.map((name) => `${name}:*`);
  const role = async (where: typeof home, name: string, trusted: string, policy: string): Promise<string> => {
    const { Role } = await where.iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: trusted });
    await where.iam('PutRolePolicy', { RoleName: name, PolicyName: 'work', PolicyDocument: policy });
    return Role.Arn;
  };
  const user = async (name: string, policy: string | undefined, ip: string, userAgent: string): Promise<Actor> => {
    await home.iam('CreateUser', { UserName: name });
    if (policy) await home.iam('PutUserPolicy', { UserName: name, PolicyName: 'work', PolicyDocument: policy });
    else await home.iam('AttachUserPolicy', { UserName: name, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const { AccessKey } = await home.iam('CreateAccessKey', { UserName: name });
    return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey, ip, userAgent };
  };
  const serviceTrust = trust({ Service: SERVICES });

  await makeCompanyTrail({ stage, admin: home.actor, slug: cast.company.slug, account, region: cast.home });
  // The key's user spends and looks, but writes nothing in IAM: for that the attacker needs the roles.
  const leaked = await user(cast.ci, allow([...work, 'sts:*', 'iam:Get*', 'iam:List*', 'iam:PassRole']), addresses.runner, agents.runner);
  await user(cast.program, allow(['s3:GetObject', 's3:PutObject']), addresses.runner, agents.runner);
  const responder = await user(cast.responder, undefined, addresses.responder, agents.shared);
  const second = arn(management, `role/${cast.secondRole}`);
  const third = arn(account, `role/${cast.thirdRole}`);
  const first = await role(home, cast.firstRole, trust({ AWS: arn(account, `user/${cast.ci}`) }), allow(['ec2:Describe*', 'sts:AssumeRole']));
  await role(home, cast.serviceRole, serviceTrust, allow(['s3:GetObject', 'logs:*']));
  stage.until(stage.now + SPAN.HOUR);
  await role(top, cast.secondRole, trust({ AWS: first }), allow([...work, 'sts:AssumeRole', 'organizations:Describe*', 'organizations:List*', 'iam:PassRole']));
  await role(top, cast.serviceRole, serviceTrust, allow(['s3:GetObject', 'logs:*']));
  const response = await role(top, cast.responseRole, trust({ AWS: arn(account, `user/${cast.responder}`) }), allow(['*']));

  const props = (id: string): Props => ({
    slug: cast.company.slug,
    serviceRoleArn: arn(id, `role/${cast.serviceRole}`),
    serviceRoleName: cast.serviceRole,
    programUser: cast.program,
    leakedUser: cast.ci,
    outsider: cast.backdoor.foreignAccount,
    script: addresses.scanner,
  });
  return {
    admin: admins.workload,
    platform: admins.management,
    leaked,
    responder,
    roleArns: { first, second, third, response },
    props: { workload: props(account), management: props(management) },
  };
}
