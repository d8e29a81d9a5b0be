import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Tag } from './rows.ts';
import { arn, rowOf, tableOf, writable } from './tables.ts';
import { putTags, tagsOf } from './tagging.ts';

/** Id prefix -> resource type in DescribeTags and ARNs, and the table it lies in. */
const TYPES: Record<string, { type: string; table?: string }> = {
  i: { type: 'instance', table: 'instances' },
  vol: { type: 'volume', table: 'volumes' },
  snap: { type: 'snapshot', table: 'snapshots' },
  sg: { type: 'security-group', table: 'securityGroups' },
  sgr: { type: 'security-group-rule', table: 'securityGroupRules' },
  eni: { type: 'network-interface', table: 'interfaces' },
  eipalloc: { type: 'elastic-ip', table: 'addresses' },
  vpc: { type: 'vpc', table: 'vpcs' },
  subnet: { type: 'subnet', table: 'subnets' },
  rtb: { type: 'route-table', table: 'routeTables' },
  igw: { type: 'internet-gateway', table: 'internetGateways' },
  eigw: { type: 'egress-only-internet-gateway', table: 'egressGateways' },
  nat: { type: 'natgateway', table: 'natGateways' },
  vpce: { type: 'vpc-endpoint', table: 'vpcEndpoints' },
  pl: { type: 'prefix-list', table: 'prefixLists' },
  acl: { type: 'network-acl', table: 'networkAcls' },
  ami: { type: 'image', table: 'images' },
  key: { type: 'key-pair', table: 'keyPairs' },
  lt: { type: 'launch-template', table: 'launchTemplates' },
  sir: { type: 'spot-instances-request', table: 'spotRequests' },
  sfr: { type: 'spot-fleet-request', table: 'spotFleets' },
  fleet: { type: 'fleet', table: 'fleets' },
  pcx: { type: 'vpc-peering-connection', table: 'vpcPeerings' },
  eice: { type: 'instance-connect-endpoint', table: 'connectEndpoints' },
  fl: { type: 'vpc-flow-log', table: 'flowLogs' },
  tmt: { type: 'traffic-mirror-target', table: 'mirrorTargets' },
  tmf: { type: 'traffic-mirror-filter', table: 'mirrorFilters' },
  tms: { type: 'traffic-mirror-session', table: 'mirrorSessions' },
  tgw: { type: 'transit-gateway', table: 'transitGateways' },
  'tgw-attach': { type: 'transit-gateway-attachment', table: 'transitAttachments' },
  cgw: { type: 'customer-gateway', table: 'customerGateways' },
  vgw: { type: 'vpn-gateway', table: 'vpnGateways' },
  vpn: { type: 'vpn-connection', table: 'vpnConnections' },
  'cvpn-endpoint': { type: 'client-vpn-endpoint', table: 'clientVpnEndpoints' },
};
const typeOf = (id: string) => {
  // Fleets carry a UUID, everything else 8 or 17 digits.
  const prefix = /^([a-z]+(?:-[a-z]+)*)-(?:[0-9a-f]{8,17}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(id)?.[1];
  return prefix !== undefined && Object.hasOwn(TYPES, prefix) ? TYPES[prefix] : undefined;
};
/** Error codes of ids that are not there; most follow the pattern, these do not. */
const MISSING: Record<string, string> = {
  volume: 'InvalidVolume.NotFound',
  snapshot: 'InvalidSnapshot.NotFound',
  instance: 'InvalidInstanceID.NotFound',
  image: 'InvalidAMIID.NotFound',
};

function present(ctx: LabContext, ids: readonly string[]): void {
  for (const id of ids) {
    const kind = typeOf(id);
    if (!kind) throw new LabError('InvalidID', `The ID '${id}' is not valid`);
    if (kind.table && !rowOf(ctx, kind.table, id)) throw new LabError(MISSING[kind.type] ?? 'InvalidID', `The ${kind.type} ID '${id}' does not exist`);
  }
}
const resources = (input: any, ctx: LabContext): string[] => (input.Resources ?? ['*']).map((id: string) => arn(ctx, typeOf(id)?.type ?? '*', id));
/** aws:RequestTag and aws:TagKeys, which tag policies look at. */
const conditions = (input: any): Record<string, string | string[]> => ({
  'aws:TagKeys': (input.Tags ?? []).map((tag: Tag) => tag.Key),
  ...Object.fromEntries((input.Tags ?? []).map((tag: Tag) => [`aws:RequestTag/${tag.Key}`, tag.Value ?? ''])),
});

export const operations: LabOperations = {
  CreateTags: {
    run(input, ctx) {
      present(ctx, input.Resources);
      putTags(ctx, input.Resources, input.Tags);
      return {};
    },
    resources,
    conditions,
    constraints: { Resources: { length: [1, 1000] } },
  },
  /** A tag given with a value goes only if it still has that value; without tags, all user tags go. */
  DeleteTags: {
    run(input, ctx) {
      present(ctx, input.Resources);
      const table = writable<Tag[]>(ctx, 'tags');
      const doomed = (tag: Tag) =>
        !tag.Key.startsWith('aws:') &&
        (!input.Tags?.length ||
          input.Tags.some((given: { Key?: string; Value?: string }) => given.Key === tag.Key && (given.Value === undefined || given.Value === tag.Value)));
      for (const id of input.Resources) {
        const left = tagsOf(ctx, id).filter((tag) => !doomed(tag));
        if (left.length > 0) table[id] = left;
        else delete table[id];
      }
      return {};
    },
    resources,
    conditions,
    constraints: { Resources: { length: [1, 1000] } },
  },
  DescribeTags: {
    run(input, ctx) {
      const all = Object.entries(tableOf<Tag[]>(ctx, 'tags')).flatMap(([resource, tags]) => {
        const kind = typeOf(resource);
        return kind && (!kind.table || rowOf(ctx, kind.table, resource)) ? tags.map((tag) => ({ id: resource, type: kind.type, ...tag })) : [];
      });
      const found = (input.Filters ?? []).reduce((rows: typeof all, filter: { Name?: string; Values?: string[] }) => {
        // tag:Key looks at this very tag here, not at all tags of its resource.
        const one = filter.Name?.startsWith('tag:') ? filter.Name.slice(4) : undefined;
        return one !== undefined
          ? filtered(
              ctx,
              rows.filter((row) => row.Key === one),
              [{ Name: 'value', Values: filter.Values }],
              FIELDS,
            )
          : filtered(ctx, rows, [filter], FIELDS);
      }, all);
      return paged(ctx, input, found, 'Tags', (row: (typeof all)[number]) => ({ ResourceId: row.id, ResourceType: row.type, Key: row.Key, Value: row.Value }));
    },
  },
};
const FIELDS = {
  key: (row: Tag) => row.Key,
  value: (row: Tag) => row.Value,
  'resource-id': (row: { id: string }) => row.id,
  'resource-type': (row: { type: string }) => row.type,
} as Record<string, (row: any) => string>;
