import { createHash } from 'node:crypto';
import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { rowOf, rowsOf, wellFormed } from './tables.ts';

export interface ImageDevice {
  device: string;
  snapshotId?: string;
  size: number;
  type: string;
  deleteOnTermination: boolean;
  encrypted: boolean;
}
export interface Image {
  id: string;
  name: string;
  description: string;
  ownerId: string;
  alias?: string;
  architecture: 'x86_64' | 'arm64';
  platform?: 'windows';
  platformDetails: string;
  usage: string;
  created: number;
  rootDevice: string;
  devices: ImageDevice[];
  isPublic: boolean;
  sharedWith?: string[];
  sourceInstanceId?: string;
  imdsSupport?: string;
  bootMode?: string;
  until?: number;
}

const LINUX = { platformDetails: 'Linux/UNIX', usage: 'RunInstances' };
const PUBLIC = [
  {
    name: 'al2023-ami-2023.9.20261102.0-kernel-6.1-x86_64',
    description: 'Amazon Linux 2023 AMI 2023.9.20261102.0 x86_64 HVM kernel-6.1',
    alias: 'amazon',
    parameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    architecture: 'x86_64',
    device: '/dev/xvda',
    size: 8,
    imdsSupport: 'v2.0',
    ...LINUX,
  },
  {
    name: 'al2023-ami-2023.9.20261102.0-kernel-6.1-arm64',
    description: 'Amazon Linux 2023 AMI 2023.9.20261102.0 arm64 HVM kernel-6.1',
    alias: 'amazon',
    parameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
    architecture: 'arm64',
    device: '/dev/xvda',
    size: 8,
    imdsSupport: 'v2.0',
    ...LINUX,
  },
  {
    name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261015',
    description: 'Ubuntu, 24.04, amd64 noble image',
    parameter: '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
    architecture: 'x86_64',
    device: '/dev/sda1',
    size: 8,
    ...LINUX,
  },
  {
    name: 'Deep Learning Base OSS Nvidia Driver GPU AMI (Ubuntu 24.04) 20261010',
    description: 'Supported EC2 instances: G4dn, G5, G6, P4d, P5',
    alias: 'amazon',
    parameter: '/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-24.04/latest/ami-id',
    architecture: 'x86_64',
    device: '/dev/sda1',
    size: 65,
    ...LINUX,
  },
  {
    name: 'Windows_Server-2022-English-Full-Base-2026.10.14',
    description: 'Microsoft Windows Server 2022 Full Locale English AMI provided by Amazon',
    alias: 'amazon',
    parameter: '/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base',
    architecture: 'x86_64',
    device: '/dev/sda1',
    size: 30,
    platform: 'windows',
    platformDetails: 'Windows',
    usage: 'RunInstances:0002',
  },
] as const;

/** Public images of a region: ids follow from region and name, as in AWS every region has its own. Owners are no real accounts. */
function publicImages(region: string): (Image & { parameter: string })[] {
  return PUBLIC.map((entry) => {
    const hash = createHash('sha256').update(`${region}/${entry.name}`).digest('hex');
    const { device, size, ...rest } = entry;
    return {
      ...rest,
      id: `ami-0${hash.slice(0, 16)}`,
      ownerId: 'alias' in entry ? '000000000137' : '000000000099',
      created: Date.UTC(2026, 9, 20),
      rootDevice: device,
      devices: [{ device, snapshotId: `snap-0${hash.slice(16, 32)}`, size, type: 'gp3', deleteOnTermination: true, encrypted: false }],
      isPublic: true,
    };
  });
}
/** Every image the caller may see: public ones, its own, and those of other accounts shared with it. */
export function imagesOf(ctx: LabContext): Image[] {
  const foreign = Object.values(ctx.world.accounts)
    .filter((account) => account.id !== ctx.account.id)
    .flatMap((account) => Object.values(account.regions[ctx.region.name]?.tables.images ?? {}) as Image[])
    .filter((image) => image.isPublic || image.sharedWith?.includes(ctx.account.id));
  return [...publicImages(ctx.region.name), ...rowsOf<Image>(ctx, 'images'), ...foreign];
}
/** An image by id, or by `resolve:ssm:` and the name of its public parameter. */
export function imageOf(ctx: LabContext, id: string): Image {
  if (id.startsWith('resolve:ssm:')) {
    const image = publicImages(ctx.region.name).find((row) => row.parameter === id.slice(12));
    if (!image) throw new LabError('InvalidParameterValue', `Parameter ${id.slice(12)} not found.`);
    return image;
  }
  wellFormed('images', [id]);
  const image = rowOf<Image>(ctx, 'images', id) ?? imagesOf(ctx).find((row) => row.id === id);
  if (!image) throw new LabError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  return image;
}
