import type { Instance } from '../shared/ec2.ts';
import { tagValue } from '../shared/ec2.ts';

/** What DescribeInstances says beyond what other steps need. */
export interface Member extends Omit<Instance, 'MetadataOptions' | 'BlockDeviceMappings' | 'NetworkInterfaces'> {
  readonly SourceDestCheck?: boolean;
  readonly EbsOptimized?: boolean;
  readonly Monitoring?: { readonly State?: string };
  readonly MetadataOptions?: Readonly<Record<string, string | number | undefined>>;
  readonly BlockDeviceMappings?: readonly { readonly DeviceName?: string; readonly Ebs?: { readonly DeleteOnTermination?: boolean } }[];
  readonly NetworkInterfaces?: readonly {
    readonly Attachment?: { readonly DeviceIndex?: number };
    readonly InterfaceType?: string;
    readonly SubnetId?: string;
    readonly Groups?: readonly { readonly GroupId?: string }[];
    readonly Association?: { readonly PublicIp?: string };
    readonly Ipv6Addresses?: readonly unknown[];
  }[];
}

export type Relation = 'auto-scaling-group' | 'launch-template' | 'name-and-image' | 'image' | 'name';
/** What two instances have in common, the closest first; a value that is missing relates nobody. */
const RELATIONS: readonly (readonly [Relation, (one: Member) => string | undefined])[] = [
  ['auto-scaling-group', (one) => tagValue(one.Tags, 'aws:autoscaling:groupName')],
  ['launch-template', (one) => tagValue(one.Tags, 'aws:ec2launchtemplate:id')],
  ['name-and-image', (one) => both(tagValue(one.Tags, 'Name'), one.ImageId)],
  ['image', (one) => one.ImageId],
  ['name', (one) => tagValue(one.Tags, 'Name')],
];
const both = (a: string | undefined, b: string | undefined): string | undefined => (a && b ? `${a} ${b}` : undefined);

/** The instances closest to the suspect: those of the first relation that anybody shares. Terminated ones tell nothing any more. */
export function siblingsOf(suspect: Member, others: readonly Member[]): { relation: Relation; by: string; siblings: Member[] } | null {
  const alive = others.filter((one) => one.InstanceId !== suspect.InstanceId && !['terminated', 'shutting-down'].includes(one.State?.Name ?? ''));
  for (const [relation, of] of RELATIONS) {
    const by = of(suspect);
    if (!by) continue;
    const siblings = alive.filter((one) => of(one) === by);
    if (siblings.length > 0) return { relation, by, siblings };
  }
  return null;
}

/** AWS's own tags differ by nature, and so do names. */
const differing = (key: string): boolean => !key.startsWith('aws:') && key !== 'Name';
const sorted = (values: Iterable<string | undefined>): string => [...new Set([...values].filter((one) => one !== undefined))].sort().join(' ');

/** Name of a property -> its value in words, for one instance. @param userData SHA-256, 'none', or undefined when it could not be read */
export function traitsOf(one: Member, userData: string | undefined): Map<string, string> {
  const interfaces = one.NetworkInterfaces ?? [];
  const traits: [string, string | number | boolean | undefined][] = [
    ['image', one.ImageId],
    ['type', one.InstanceType],
    ['state', one.State?.Name],
    ['key pair', one.KeyName ?? 'none'],
    ['instance profile', one.IamInstanceProfile?.Arn ?? 'none'],
    ['security groups', sorted(interfaces.flatMap((item) => (item.Groups ?? []).map(({ GroupId }) => GroupId)))],
    ['interfaces', interfaces.length],
    ['interface types', sorted(interfaces.map((item) => item.InterfaceType))],
    ['public IPv4 addresses', interfaces.filter((item) => item.Association?.PublicIp).length],
    ['IPv6 addresses', interfaces.reduce((sum, item) => sum + (item.Ipv6Addresses ?? []).length, 0)],
    ['volumes', sorted((one.BlockDeviceMappings ?? []).map((item) => `${item.DeviceName}${item.Ebs?.DeleteOnTermination ? '' : ' (kept)'}`))],
    ['source/destination check', one.SourceDestCheck],
    ['detailed monitoring', one.Monitoring?.State],
    ['lifecycle', one.InstanceLifecycle ?? 'on-demand'],
    ...['HttpTokens', 'HttpPutResponseHopLimit', 'HttpEndpoint', 'HttpProtocolIpv6', 'InstanceMetadataTags'].map(
      (name): [string, string | number | undefined] => [`metadata ${name}`, one.MetadataOptions?.[name]],
    ),
    ['user data', userData],
    ...(one.Tags ?? []).filter(({ Key }) => differing(Key)).map(({ Key, Value }): [string, string] => [`tag ${Key}`, Value ?? '']),
  ];
  return new Map(traits.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const])));
}

export interface Difference {
  readonly what: string;
  /** Null: it has none of that. */
  readonly here: string | null;
  /** What the siblings have, the commonest first. */
  readonly there: readonly { readonly value: string | null; readonly instances: readonly string[] }[];
  /** Nobody else has its value. */
  readonly alone: boolean;
}
/** Where the suspect is not as most of its siblings are. */
export function differences(suspect: ReadonlyMap<string, string>, siblings: ReadonlyMap<string, ReadonlyMap<string, string>>): Difference[] {
  const names = new Set([suspect, ...siblings.values()].flatMap((traits) => [...traits.keys()]));
  return [...names].flatMap((what): Difference[] => {
    const here = suspect.get(what) ?? null;
    const groups = new Map<string | null, string[]>();
    for (const [id, traits] of siblings) {
      // Unread user data is no user data that differs.
      if (what === 'user data' && (!traits.has(what) || here === null)) continue;
      const value = traits.get(what) ?? null;
      groups.set(value, [...(groups.get(value) ?? []), id]);
    }
    const there = [...groups].map(([value, instances]) => ({ value, instances })).sort((a, b) => b.instances.length - a.instances.length);
    const most = there[0]?.instances.length ?? 0;
    const usual = there.some(({ value, instances }) => value === here && instances.length === most);
    return there.length === 0 || usual ? [] : [{ what, here, there, alone: !groups.has(here) }];
  });
}
