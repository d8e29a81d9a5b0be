import type { Account, World } from '../../contract.ts';
import { cidr, v6 } from '../../services/ec2/cidr.ts';
import { belongings } from '../../services/ec2/default-network.ts';
import type { Image } from '../../services/ec2/image-catalogue.ts';
import type { Snapshot, Subnet, Vpc } from '../../services/ec2/rows.ts';
import { writable } from '../../services/ec2/tables.ts';
import { zonesOf } from '../../services/ec2/zones.ts';
import { addAccessKey, addUser, iamTables, type KeyRow, makeContext } from '../../world/index.ts';
import { ROOT_GIB } from '../web-server/manifest.ts';
import type { Cast } from './cast.ts';

/**
 * What is older than CloudTrail's 90 days and so leaves no event: the first administrator, the company's network and its
 * machine image. Written as rows; the world's clock must stand in that past.
 */
export function found(world: World, account: Account, cast: Cast): void {
  addUser(world, account, { name: cast.admin, attached: ['arn:aws:iam::aws:policy/AdministratorAccess'], tags: { team: 'platform' } });
  addAccessKey(world, account, cast.admin);
  account.regions[cast.optedIn]!.optIn = 'opted-in';
  const ctx = makeContext(world, {
    account,
    caller: { account: account.id, type: 'Root', arn: `arn:aws:iam::${account.id}:root`, userId: account.id, accessKeyId: '' },
    region: cast.home,
    requestId: '',
    request: { ip: '', userAgent: '' },
    read: false,
  });
  const now = ctx.now();
  const zones = zonesOf(account.id, cast.home);
  const vpc: Vpc = {
    id: ctx.id('vpc'),
    cidr: '10.20.0.0/16',
    ipv6: { cidr: '2001:db8:20::/56', associationId: ctx.id('vpc-cidr-assoc') },
    associationId: ctx.id('vpc-cidr-assoc'),
    isDefault: false,
    dhcpOptionsId: Object.keys(writable(ctx, 'dhcpOptions'))[0]!,
    tenancy: 'default',
    timeline: [{ state: 'available', at: now }],
    dnsHostnames: true,
    dnsSupport: true,
  };
  const base6 = cidr(vpc.ipv6!.cidr, 6).first;
  const subnet = (kind: 'public' | 'private', index: number): Subnet => ({
    id: ctx.id('subnet'),
    vpcId: vpc.id,
    cidr: `10.20.${(kind === 'public' ? 0 : 100) + index}.0/24`,
    ...(kind === 'public' ? { ipv6: { cidr: `${v6(base6 + (BigInt(index) << 64n))}/64`, associationId: ctx.id('subnet-cidr-assoc') } } : {}),
    zone: zones[index]!.name,
    zoneId: zones[index]!.id,
    isDefault: false,
    publicIpOnLaunch: kind === 'public',
    ipv6OnLaunch: false,
  });
  const subnets = [subnet('public', 0), subnet('public', 1), subnet('private', 0), subnet('private', 1)];
  const gateway = ctx.id('igw');
  const tables = belongings({ vpcId: vpc.id, account: account.id, id: (prefix) => ctx.id(prefix), gateway, subnets: subnets.map(({ id }) => id), ipv6: true });
  writable<Vpc>(ctx, 'vpcs')[vpc.id] = vpc;
  for (const row of subnets) writable<Subnet>(ctx, 'subnets')[row.id] = row;
  for (const [name, rows] of Object.entries(tables)) Object.assign(writable(ctx, name), rows);

  const snapshot: Snapshot = {
    id: ctx.id('snap'),
    volumeId: ctx.id('vol'),
    size: ROOT_GIB,
    ownerId: account.id,
    description: 'Created by CreateImage for the web base image',
    started: now,
    timeline: [{ state: 'completed', at: now }],
    encrypted: false,
    sharedWith: [],
    isPublic: false,
    lineage: ctx.id('vol'),
  };
  writable<Snapshot>(ctx, 'snapshots')[snapshot.id] = snapshot;
  const image: Image = {
    id: ctx.id('ami'),
    name: `${cast.company.slug}-web-base-24.04`,
    description: 'Ubuntu 24.04 with the web stack',
    ownerId: account.id,
    architecture: 'x86_64',
    platformDetails: 'Linux/UNIX',
    usage: 'RunInstances',
    created: now,
    rootDevice: '/dev/sda1',
    devices: [{ device: '/dev/sda1', snapshotId: snapshot.id, size: ROOT_GIB, type: 'gp3', deleteOnTermination: true, encrypted: false }],
    isPublic: false,
  };
  writable<Image>(ctx, 'images')[image.id] = image;
}

/** The founding, found again. */
export interface Founding {
  admin: KeyRow;
  vpcId: string;
  /** Two public subnets with IPv6 and two private ones, in two zones. */
  publicSubnets: [string, string];
  privateSubnets: [string, string];
  imageId: string;
}
export function foundingOf(world: World, cast: Cast): Founding {
  const account = world.accounts[cast.account]!;
  const { vpcs, subnets, images } = account.regions[cast.home]!.tables as {
    vpcs: Record<string, Vpc>;
    subnets: Record<string, Subnet>;
    images: Record<string, Image>;
  };
  const vpcId = Object.values(vpcs).find((vpc) => !vpc.isDefault)!.id;
  const own = Object.values(subnets).filter((subnet) => subnet.vpcId === vpcId);
  const pair = (open: boolean) => own.filter((subnet) => subnet.publicIpOnLaunch === open).map(({ id }) => id) as [string, string];
  return {
    admin: Object.values(iamTables(account).accessKeys).find((key) => key.user === cast.admin)!,
    vpcId,
    publicSubnets: pair(true),
    privateSubnets: pair(false),
    imageId: Object.values(images).find((image) => image.ownerId === account.id)!.id,
  };
}
