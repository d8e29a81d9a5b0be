import type { Caller, LabContext } from '../../contract.ts';
import { beforeWrite, iamTables, recordCall, uniqueId } from '../../world/index.ts';
import type { Instance, Tag } from './rows.ts';
import { launchInstances, reservationView } from './run-instances.ts';
import { atomically, rowOf, tableOf } from './tables.ts';
import { systemTags, tagsOf } from './tagging.ts';

/** An AWS service that starts instances on the account's behalf, under its service-linked role. */
export interface Launcher {
  principal: string;
  role: string;
  session: string;
}
export const LAUNCHERS = {
  autoscaling: { principal: 'autoscaling.amazonaws.com', role: 'AWSServiceRoleForAutoScaling', session: 'AutoScaling' },
  spot: { principal: 'spot.amazonaws.com', role: 'AWSServiceRoleForEC2Spot', session: 'AwsSpot' },
  spotFleet: { principal: 'spotfleet.amazonaws.com', role: 'AWSServiceRoleForEC2SpotFleet', session: 'SpotFleet' },
  ec2Fleet: { principal: 'ec2fleet.amazonaws.com', role: 'AWSServiceRoleForEC2Fleet', session: 'EC2Fleet' },
} as const satisfies Record<string, Launcher>;

/** The role's unique id, drawn once: the lab does not list service-linked roles. */
function roleId(ctx: LabContext, role: string): string {
  const known = iamTables(ctx.account).roles[role]?.id;
  if (known !== undefined) return known;
  ctx.account.tables.serviceLinkedRoles ??= {};
  const ids: Record<string, string> = ctx.account.tables.serviceLinkedRoles;
  return (ids[role] ??= uniqueId(ctx.world, 'AROA'));
}

/**
 * Starts instances as the service does. CloudTrail shows RunInstances by the service's role, `invokedBy` the service: nothing in
 * it names the person. What ties the instance to its maker is the tag AWS puts on it.
 * @param input of RunInstances
 */
export async function launchFor(ctx: LabContext, by: Launcher, input: any, tags: readonly Tag[]): Promise<Instance[]> {
  const id = roleId(ctx, by.role);
  const caller: Caller = {
    account: ctx.account.id,
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ctx.account.id}:assumed-role/${by.role}/${by.session}`,
    userId: `${id}:${by.session}`,
    accessKeyId: '',
    roleName: by.role,
    sessionName: by.session,
  };
  const mine: LabContext = { ...ctx, caller };
  beforeWrite(ctx.world, { account: ctx.account.id, region: ctx.region.name, service: 'ec2' });
  const ids = await atomically(mine, () => launchInstances(input, mine));
  systemTags(mine, ids, tags);
  const rows = ids.flatMap((one) => rowOf<Instance>(mine, 'instances', one) ?? []);
  recordCall(ctx.world, {
    caller,
    service: 'ec2',
    operation: 'RunInstances',
    protocol: 'ec2Query',
    region: ctx.region.name,
    requestId: ctx.uuid(),
    time: ctx.now(),
    ip: by.principal,
    userAgent: by.principal,
    input,
    output: reservationView(mine, rows),
    mutates: true,
  });
  const identity = ctx.account.trail.at(-1)!.record.userIdentity;
  delete identity.accessKeyId;
  identity.sessionContext = {
    sessionIssuer: {
      type: 'Role',
      principalId: id,
      arn: `arn:aws:iam::${ctx.account.id}:role/aws-service-role/${by.principal}/${by.role}`,
      accountId: ctx.account.id,
      userName: by.role,
    },
    attributes: { creationDate: new Date(Math.floor(ctx.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z'), mfaAuthenticated: 'false' },
  };
  identity.invokedBy = by.principal;
  return rows;
}

/** Instances that carry a tag AWS has put on them, oldest first, ended ones too while they are still shown. */
export const taggedInstances = (ctx: LabContext, key: string, value: string): Instance[] =>
  Object.values(tableOf<Instance>(ctx, 'instances')).filter((row) => tagsOf(ctx, row.id).some((tag) => tag.Key === key && tag.Value === value));
