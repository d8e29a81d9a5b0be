import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Phase, Vpc } from './rows.ts';
import { arns, date, gone, need, notFound, phase, tableOf, wellFormed, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

interface Side {
  owner: string;
  region: string;
  vpcId: string;
  /** Unknown for a VPC of an account that is not part of the world. */
  cidr?: string;
}
/** Lies in the requester's region; the other side sees the same row. */
interface Peering {
  id: string;
  created: number;
  requester: Side;
  accepter: Side;
  timeline: Phase[];
  until?: number;
}
const WEEK = 604_800;
/** How long an account outside the world takes to accept, seconds. */
const STRANGER_SECONDS = 60;
const AFTERLIFE = 7200;

/** Every connection one side of which is this account in this region. */
function all(ctx: LabContext): Peering[] {
  const mine = (side: Side) => side.owner === ctx.account.id && side.region === ctx.region.name;
  return Object.values(ctx.world.accounts)
    .flatMap((account) =>
      Object.values(account.regions).flatMap((region) =>
        account === ctx.account && region.name === ctx.region.name
          ? Object.values(tableOf<Peering>(ctx, 'vpcPeerings'))
          : (Object.values(region.tables.vpcPeerings ?? {}) as Peering[]),
      ),
    )
    .filter((row) => (mine(row.requester) || mine(row.accepter)) && !gone(row, ctx.now()));
}
/** The connection with this id whose other end is in reach, whatever its state. */
export const peeringWith = (ctx: LabContext, wanted: (row: { id: string; vpcs: readonly string[]; state: string }) => boolean): string | undefined =>
  all(ctx).find((row) => wanted({ id: row.id, vpcs: [row.requester.vpcId, row.accepter.vpcId], state: phase(row.timeline, ctx.now()) }))?.id;
function one(ctx: LabContext, id: string): Peering {
  wellFormed('vpcPeerings', [id]);
  const row = all(ctx).find((item) => item.id === id);
  if (!row) throw notFound('vpcPeerings', [id]);
  return row;
}
const MESSAGES: Record<string, string> = {
  'initiating-request': 'Initiating Request to',
  'pending-acceptance': 'Pending Acceptance by',
  active: 'Active',
  rejected: 'Inactive',
  deleted: 'Deleted by',
  failed: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
};
const side = (given: Side) => ({
  OwnerId: given.owner,
  VpcId: given.vpcId,
  Region: given.region,
  CidrBlock: given.cidr,
  CidrBlockSet: given.cidr ? [{ CidrBlock: given.cidr }] : [],
});
function view(ctx: LabContext, row: Peering) {
  const code = phase(row.timeline, ctx.now());
  const message = MESSAGES[code] ?? code;
  return {
    VpcPeeringConnectionId: row.id,
    RequesterVpcInfo: side(row.requester),
    AccepterVpcInfo: side(row.accepter),
    ExpirationTime: code === 'pending-acceptance' ? date(row.created + WEEK * 1000) : undefined,
    Status: { Code: code, Message: / (to|by)$/.test(message) ? `${message} ${row.accepter.owner}` : message },
    Tags: tagsOf(ctx, row.id),
  };
}
const vpcOf = (ctx: LabContext, owner: string, region: string, id: string): Vpc | undefined => {
  const account = ctx.world.accounts[owner];
  const state = account?.regions[region];
  return account && state && tableOf<Vpc>(ctx, 'vpcs', state, account)[id];
};
function move(ctx: LabContext, row: Peering, from: RegExp, to: string, until?: number): void {
  const state = phase(row.timeline, ctx.now());
  if (!from.test(state)) throw new LabError('InvalidStateTransition', `Invalid state transition for ${row.id}, attempted to transition from ${state} to ${to}`);
  row.timeline = [
    { state, at: ctx.now() - 1 },
    { state: to, at: ctx.now() },
  ];
  if (until !== undefined) row.until = until;
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'vpc-peering-connection', input.VpcPeeringConnectionId);
const deadline = (ctx: LabContext): number => ctx.due(AFTERLIFE);

export const operations: LabOperations = {
  CreateVpcPeeringConnection: {
    run(input, ctx) {
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (input.PeerVpcId === undefined) throw new LabError('MissingParameter', 'The request must contain the parameter peerVpcId');
      wellFormed('vpcs', [input.PeerVpcId]);
      const owner: string = input.PeerOwnerId ?? ctx.account.id;
      if (!/^\d{12}$/.test(owner)) throw new LabError('InvalidParameterValue', `Value (${owner}) for parameter peerOwnerId is invalid.`);
      const region: string = input.PeerRegion ?? ctx.region.name;
      const other = vpcOf(ctx, owner, region, input.PeerVpcId);
      const known = ctx.world.accounts[owner] !== undefined;
      const overlaps = other?.cidr === home.cidr;
      const now = ctx.now();
      const row: Peering = {
        id: ctx.id('pcx'),
        created: now,
        requester: { owner: ctx.account.id, region: ctx.region.name, vpcId: home.id, cidr: home.cidr },
        accepter: { owner, region, vpcId: input.PeerVpcId, cidr: other?.cidr },
        timeline: [
          { state: 'initiating-request', at: now },
          { state: (known && !other) || overlaps ? 'failed' : 'pending-acceptance', at: ctx.due(1) },
          ...(known ? [] : [{ state: 'active', at: ctx.due(STRANGER_SECONDS) }]),
        ],
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'vpc-peering-connection');
      writable<Peering>(ctx, 'vpcPeerings')[row.id] = row;
      return { VpcPeeringConnection: view(ctx, row) };
    },
    resources: (input, ctx) => [...arns(ctx, 'vpc-peering-connection', undefined), ...arns(ctx, 'vpc', input.VpcId)],
  },
  AcceptVpcPeeringConnection: {
    run(input, ctx) {
      const row = one(ctx, input.VpcPeeringConnectionId);
      if (row.accepter.owner !== ctx.account.id || row.accepter.region !== ctx.region.name)
        throw new LabError('OperationNotPermitted', `User ${ctx.account.id} cannot accept peering ${row.id}`);
      move(ctx, row, /^pending-acceptance$/, 'active');
      return { VpcPeeringConnection: view(ctx, row) };
    },
    resources,
  },
  RejectVpcPeeringConnection: {
    run(input, ctx) {
      const row = one(ctx, input.VpcPeeringConnectionId);
      move(ctx, row, /^pending-acceptance$/, 'rejected', deadline(ctx));
      return { Return: true };
    },
    resources,
  },
  DeleteVpcPeeringConnection: {
    run(input, ctx) {
      const row = one(ctx, input.VpcPeeringConnectionId);
      move(ctx, row, /^(active|pending-acceptance|failed|rejected)$/, 'deleted', deadline(ctx));
      return { Return: true };
    },
    resources,
  },
  DescribeVpcPeeringConnections: {
    run(input, ctx) {
      const ids: string[] = input.VpcPeeringConnectionIds ?? [];
      const asked = ids.length ? ids.map((id) => one(ctx, id)) : all(ctx);
      const rows = filtered(ctx, asked, input.Filters, {
        'vpc-peering-connection-id': (row) => row.id,
        'requester-vpc-info.vpc-id': (row) => row.requester.vpcId,
        'requester-vpc-info.owner-id': (row) => row.requester.owner,
        'requester-vpc-info.cidr-block': (row) => row.requester.cidr,
        'accepter-vpc-info.vpc-id': (row) => row.accepter.vpcId,
        'accepter-vpc-info.owner-id': (row) => row.accepter.owner,
        'accepter-vpc-info.cidr-block': (row) => row.accepter.cidr,
        'status-code': (row) => phase(row.timeline, ctx.now()),
      });
      return paged(ctx, input, rows, 'VpcPeeringConnections', (row) => view(ctx, row), { given: ids, name: 'vpcPeeringConnectionIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
