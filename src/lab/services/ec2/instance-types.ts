import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import { TYPES, type TypeInfo } from './type-catalogue.ts';
import { zonesOf } from './zones.ts';

const nitro = (row: TypeInfo): boolean => row.hypervisor === 'nitro';
const threads = (row: TypeInfo): number => (row.architecture === 'arm64' || row.vcpus === 1 ? 1 : 2);

/** The large types spread their instance store over disks of at most 3.8 TB (p4d: 1 TB). */
function disks(row: TypeInfo, total: number) {
  const Count = row.type.startsWith('p4d.') ? 8 : Math.ceil(total / 3800);
  return [{ SizeInGB: Math.floor(total / Count), Count, Type: row.type.startsWith('m1.') ? 'hdd' : 'ssd' }];
}

function view(row: TypeInfo) {
  const { gpu } = row;
  return {
    InstanceType: row.type,
    CurrentGeneration: !/^[a-z]+[12]\./.test(row.type),
    FreeTierEligible: /\.micro$/.test(row.type),
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: row.metal,
    Hypervisor: row.metal ? undefined : row.hypervisor,
    ProcessorInfo: { SupportedArchitectures: [row.architecture], Manufacturer: row.architecture === 'arm64' ? 'AWS' : /a\./.test(row.type) ? 'AMD' : 'Intel' },
    VCpuInfo: { DefaultVCpus: row.vcpus, DefaultCores: row.vcpus / threads(row), DefaultThreadsPerCore: threads(row) },
    MemoryInfo: { SizeInMiB: row.memoryMiB },
    InstanceStorageSupported: row.storageGB !== undefined,
    InstanceStorageInfo:
      row.storageGB === undefined
        ? undefined
        : {
            TotalSizeInGB: row.storageGB,
            Disks: disks(row, row.storageGB),
            NvmeSupport: nitro(row) ? 'required' : 'unsupported',
            EncryptionSupport: nitro(row) ? 'required' : 'unsupported',
          },
    EbsInfo: {
      EbsOptimizedSupport: nitro(row) ? 'default' : 'unsupported',
      EncryptionSupport: 'supported',
      NvmeSupport: nitro(row) ? 'required' : 'unsupported',
    },
    NetworkInfo: {
      MaximumNetworkInterfaces: row.interfaces,
      Ipv4AddressesPerInterface: row.addresses,
      Ipv6AddressesPerInterface: row.addresses,
      Ipv6Supported: true,
      EnaSupport: nitro(row) ? 'required' : 'unsupported',
      EncryptionInTransitSupported: false,
    },
    GpuInfo: gpu && {
      Gpus: [{ Name: gpu.name, Manufacturer: gpu.manufacturer, Count: gpu.count, MemoryInfo: { SizeInMiB: gpu.memoryMiB } }],
      TotalGpuMemoryInMiB: gpu.count * gpu.memoryMiB,
    },
    PlacementGroupInfo: { SupportedStrategies: ['partition', 'spread'] },
    HibernationSupported: nitro(row) && !row.metal && !gpu && row.memoryMiB < 150 * 1024,
    BurstablePerformanceSupported: row.burstable,
    DedicatedHostsSupported: true,
    AutoRecoverySupported: !row.metal,
    SupportedBootModes: nitro(row) ? ['legacy-bios', 'uefi'] : ['legacy-bios'],
    NitroEnclavesSupport: 'unsupported',
    NitroTpmSupport: nitro(row) ? 'supported' : 'unsupported',
  };
}
const listed = (ctx: LabContext, rows: TypeInfo[], filters: any) =>
  filtered(
    ctx,
    rows.map((row) => ({ ...row, id: row.type })),
    filters,
    {
      'instance-type': (row) => row.type,
      'bare-metal': (row) => row.metal,
      'burstable-performance-supported': (row) => row.burstable,
      'current-generation': (row) => view(row).CurrentGeneration,
      hypervisor: (row) => row.hypervisor,
      'instance-storage-supported': (row) => row.storageGB !== undefined,
      'memory-info.size-in-mib': (row) => row.memoryMiB,
      'processor-info.supported-architecture': (row) => row.architecture,
      'vcpu-info.default-vcpus': (row) => row.vcpus,
      'gpu-info.gpus.name': (row) => row.gpu?.name,
    },
  );

export const operations: LabOperations = {
  /** The lab's catalogue is a small one (type-catalogue.ts). */
  DescribeInstanceTypes: {
    run(input, ctx) {
      const asked: string[] = input.InstanceTypes ?? [];
      const bad = asked.filter((name) => !TYPES.has(name));
      if (bad.length) throw new LabError('InvalidInstanceType', `The following supplied instance types do not exist: [${bad.join(', ')}]`);
      const rows = listed(ctx, asked.length ? asked.map((name) => TYPES.get(name)!) : [...TYPES.values()], input.Filters);
      return paged(ctx, input, rows, 'InstanceTypes', view, { given: asked, name: 'instanceTypes' });
    },
    constraints: { MaxResults: { min: 5, max: 100 }, InstanceTypes: { length: [0, 100] } },
  },
  DescribeInstanceTypeOfferings: {
    run(input, ctx) {
      const type: string = input.LocationType ?? 'region';
      const zones = zonesOf(ctx.account.id, ctx.region.name);
      const locations =
        type === 'availability-zone' ? zones.map((zone) => zone.name) : type === 'availability-zone-id' ? zones.map((zone) => zone.id) : [ctx.region.name];
      const all = [...TYPES.keys()].flatMap((name) => locations.map((location) => ({ id: `${name} ${location}`, name, location })));
      const rows = filtered(ctx, all, input.Filters, { 'instance-type': (row) => row.name, location: (row) => row.location });
      return paged(ctx, input, rows, 'InstanceTypeOfferings', (row) => ({ InstanceType: row.name, LocationType: type, Location: row.location }));
    },
    constraints: { MaxResults: { min: 5, max: 1000 }, LocationType: { enum: ['region', 'availability-zone', 'availability-zone-id', 'outpost'] } },
  },
};
