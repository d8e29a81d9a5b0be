/**
 * The rows behind EC2's answers: `region.tables.<table>[id]`, plain JSON, times in epoch milliseconds. Each fact has one home: an instance's
 * volumes are the volumes whose `attachment` names it, its addresses are those of its network interfaces, tags of everything lie in
 * `tables.tags[resource id]`. States that take time are timelines; a row is gone once `until` has passed.
 */

/** Enters `state` at `at`; the state of a moment is the last phase entered. */
export interface Phase {
  state: string;
  at: number;
}
export interface Tag {
  Key: string;
  Value: string;
}
/** Content of a volume or snapshot: an image in `world.disks`. `writable` means a snapshot must copy it. */
export interface Disk {
  file: string;
  writable?: boolean;
}

export interface Instance {
  id: string;
  reservationId: string;
  ownerId: string;
  imageId: string;
  type: string;
  architecture: string;
  platform?: 'windows';
  platformDetails: string;
  keyName?: string;
  /** The last start (not the first). */
  launchTime: number;
  launchIndex: number;
  subnetId: string;
  vpcId: string;
  zone: string;
  timeline: Phase[];
  /** Why and when it last stopped or ended, e.g. Client.UserInitiatedShutdown. */
  reason?: { code: string; at: number };
  /** base64, as EC2 keeps it. */
  userData?: string;
  profile?: { associationId: string; arn: string; id: string; since: number; timeline?: Phase[]; until?: number };
  shutdownBehavior: 'stop' | 'terminate';
  disableApiTermination: boolean;
  disableApiStop: boolean;
  monitoring: boolean;
  ebsOptimized: boolean;
  hibernation: boolean;
  rootDevice: string;
  metadata: { tokens: string; hops: number; endpoint: string; ipv6: string; tags: string; changed?: number };
  lifecycle?: 'spot';
  spotRequestId?: string;
  productCodes?: { ProductCodeId: string; ProductCodeType: string }[];
  /** Serial console text; absent: what the image prints while it boots. */
  console?: string;
  clientToken?: string;
  credits?: string;
  /** What AWS plans to do with it (DescribeInstanceStatus). */
  events?: { id: string; code: string; description: string; notBefore: number; notAfter?: number; deadline?: number }[];
  /** Service principal that manages it for the customer. */
  operator?: string;
  until?: number;
}

export interface Interface {
  id: string;
  ownerId: string;
  vpcId: string;
  subnetId: string;
  zone: string;
  description: string;
  groups: string[];
  privateIps: string[];
  ipv6: string[];
  mac: string;
  sourceDestCheck: boolean;
  type: string;
  requesterId?: string;
  requesterManaged?: boolean;
  /** Automatically assigned public IPv4; `until` when it is given back. */
  publicIp?: { ip: string; until?: number };
  attachment?: { id: string; instanceId: string; index: number; time: number; timeline: Phase[]; deleteOnTermination: boolean; until?: number };
  /** Service principal that manages it for the customer. */
  operator?: string;
  /** Idle timeouts of tracked connections, seconds, where somebody has set them. */
  tracking?: { tcp?: number; udp?: number; udpStream?: number };
  until?: number;
}
export interface Address {
  id: string;
  ip: string;
  associationId?: string;
  interfaceId?: string;
  privateIp?: string;
}

export interface Volume {
  id: string;
  size: number;
  type: string;
  iops?: number;
  throughput?: number;
  zone: string;
  snapshotId: string;
  encrypted: boolean;
  kmsKeyId?: string;
  created: number;
  timeline: Phase[];
  attachment?: { instanceId: string; device: string; time: number; timeline: Phase[]; deleteOnTermination: boolean; until?: number };
  productCodes?: { ProductCodeId: string; ProductCodeType: string }[];
  /** Volumes and snapshots of one lineage share their blocks' history. */
  lineage: string;
  disk?: Disk;
  initializationRate?: number;
  /** Service principal that manages it for the customer. */
  operator?: string;
  until?: number;
}
export interface Snapshot {
  id: string;
  volumeId: string;
  size: number;
  ownerId: string;
  description: string;
  started: number;
  timeline: Phase[];
  stateMessage?: string;
  encrypted: boolean;
  kmsKeyId?: string;
  dataKeyId?: string;
  sharedWith: string[];
  isPublic: boolean;
  lock?: {
    mode: 'governance' | 'compliance';
    created: number;
    start: number;
    duration: number;
    expires: number;
    coolOffHours?: number;
    coolOffExpires?: number;
  };
  productCodes?: { ProductCodeId: string; ProductCodeType: string }[];
  lineage: string;
  disk?: Disk;
  /** The snapshot this one was copied from. */
  copyOf?: string;
  completionMinutes?: number;
  until?: number;
}

export interface Vpc {
  id: string;
  cidr: string;
  ipv6?: { cidr: string; associationId: string };
  associationId: string;
  isDefault: boolean;
  dhcpOptionsId: string;
  tenancy: string;
  timeline: Phase[];
  dnsHostnames: boolean;
  dnsSupport: boolean;
}
export interface Subnet {
  id: string;
  vpcId: string;
  cidr: string;
  ipv6?: { cidr: string; associationId: string };
  zone: string;
  zoneId: string;
  isDefault: boolean;
  publicIpOnLaunch: boolean;
  ipv6OnLaunch: boolean;
}
export interface SecurityGroup {
  id: string;
  name: string;
  description: string;
  vpcId: string;
  ownerId: string;
}
/** One rule has one peer. `from`/`to` are -1 where the protocol has no ports. */
export interface Rule {
  id: string;
  groupId: string;
  egress: boolean;
  protocol: string;
  from: number;
  to: number;
  cidr4?: string;
  cidr6?: string;
  prefixListId?: string;
  peer?: { groupId: string; userId: string; vpcId?: string };
  description?: string;
}
export interface KeyPair {
  id: string;
  name: string;
  type: 'rsa' | 'ed25519';
  fingerprint: string;
  publicKey: string;
  created: number;
}
