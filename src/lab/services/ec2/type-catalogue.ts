/** Instance types of the lab: enough for a company and for its attackers. Figures as in DescribeInstanceTypes. */
export interface TypeInfo {
  type: string;
  vcpus: number;
  memoryMiB: number;
  hypervisor: 'nitro' | 'xen';
  architecture: 'x86_64' | 'arm64';
  interfaces: number;
  addresses: number;
  gpu?: { name: string; manufacturer: string; count: number; memoryMiB: number };
  /** Instance store, GB: lost on stop. */
  storageGB?: number;
  burstable: boolean;
  metal: boolean;
  /** Nitro cards of the sixth generation forget idle TCP connections after 350 seconds instead of five days. */
  shortTracking?: boolean;
}
type Row = [type: string, vcpus: number, gib: number, interfaces: number, addresses: number, rest?: Partial<TypeInfo>];
const gpu = (name: string, count: number, gib: number) => ({ gpu: { name, manufacturer: 'NVIDIA', count, memoryMiB: gib * 1024 } });
const ARM = { architecture: 'arm64' } as const;
const XEN = { hypervisor: 'xen' } as const;

const ROWS: Row[] = [
  ['m1.small', 1, 1.7, 2, 4, { ...XEN, storageGB: 160 }],
  ['t2.micro', 1, 1, 2, 2, { ...XEN, burstable: true }],
  ['t2.medium', 2, 4, 3, 6, { ...XEN, burstable: true }],
  ['t3.micro', 2, 1, 2, 2, { burstable: true }],
  ['t3.small', 2, 2, 3, 4, { burstable: true }],
  ['t3.medium', 2, 4, 3, 6, { burstable: true }],
  ['t3.large', 2, 8, 3, 12, { burstable: true }],
  ['t3a.medium', 2, 4, 3, 6, { burstable: true }],
  ['t4g.micro', 2, 1, 2, 2, { ...ARM, burstable: true }],
  ['t4g.medium', 2, 4, 3, 6, { ...ARM, burstable: true }],
  ['m5.large', 2, 8, 3, 10],
  ['m5.xlarge', 4, 16, 4, 15],
  ['m5.2xlarge', 8, 32, 4, 15],
  ['m5d.large', 2, 8, 3, 10, { storageGB: 75 }],
  ['m5.metal', 96, 384, 15, 50, { metal: true }],
  ['m6i.large', 2, 8, 3, 10],
  ['m6g.large', 2, 8, 3, 10, ARM],
  ['m7i.large', 2, 8, 3, 10],
  ['m8i.large', 2, 8, 3, 10, { shortTracking: true }],
  ['c5.large', 2, 4, 3, 10],
  ['c5.4xlarge', 16, 32, 8, 30],
  ['c5.9xlarge', 36, 72, 8, 30],
  ['c5.18xlarge', 72, 144, 15, 50],
  ['c6a.48xlarge', 192, 384, 15, 50],
  ['c6i.large', 2, 4, 3, 10],
  ['c7g.large', 2, 4, 3, 10, ARM],
  ['r5.large', 2, 16, 3, 10],
  ['r6i.xlarge', 4, 32, 4, 15],
  ['i3.large', 2, 15.25, 3, 10, { ...XEN, storageGB: 475 }],
  ['g4dn.xlarge', 4, 16, 3, 10, { ...gpu('T4', 1, 16), storageGB: 125 }],
  ['g4dn.12xlarge', 48, 192, 8, 30, { ...gpu('T4', 4, 16), storageGB: 900 }],
  ['g5.xlarge', 4, 16, 4, 15, { ...gpu('A10G', 1, 24), storageGB: 250 }],
  ['g5.12xlarge', 48, 192, 15, 50, { ...gpu('A10G', 4, 24), storageGB: 3800 }],
  ['g5.48xlarge', 192, 768, 7, 50, { ...gpu('A10G', 8, 24), storageGB: 7600 }],
  ['g6.xlarge', 4, 16, 4, 15, { ...gpu('L4', 1, 24), storageGB: 250 }],
  ['p3.2xlarge', 8, 61, 4, 15, { ...XEN, ...gpu('V100', 1, 16) }],
  ['p3.16xlarge', 64, 488, 8, 30, { ...XEN, ...gpu('V100', 8, 16) }],
  ['p4d.24xlarge', 96, 1152, 60, 50, { ...gpu('A100', 8, 40), storageGB: 8000 }],
  ['p5.48xlarge', 192, 2048, 64, 50, { ...gpu('H100', 8, 80), storageGB: 30400 }],
];
export const TYPES: ReadonlyMap<string, TypeInfo> = new Map(
  ROWS.map(([type, vcpus, gib, interfaces, addresses, rest]) => [
    type,
    {
      type,
      vcpus,
      memoryMiB: Math.round(gib * 1024),
      interfaces,
      addresses,
      hypervisor: 'nitro',
      architecture: 'x86_64',
      burstable: false,
      metal: false,
      ...rest,
    },
  ]),
);
