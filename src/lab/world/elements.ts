/**
 * requestParameters and responseElements of CloudTrail records, in the shape CloudTrail writes them: lower-camel names;
 * EC2's lists as `{items: [...]}` under their wire names; IAM and STS times as text, EC2's as epoch milliseconds.
 */
export type Protocol = 'ec2Query' | 'awsQuery' | 'other';

/** EC2 lists of plain values: the wire name of the set and of the member in each item. */
const SCALAR_SETS: Record<string, [set: string, member: string]> = {
  instanceIds: ['instancesSet', 'instanceId'],
  volumeIds: ['volumeSet', 'volumeId'],
  snapshotIds: ['snapshotSet', 'snapshotId'],
  imageIds: ['imagesSet', 'imageId'],
  groupIds: ['securityGroupIdSet', 'groupId'],
  securityGroupIds: ['groupSet', 'groupId'],
  groups: ['groupSet', 'groupId'],
  securityGroupRuleIds: ['securityGroupRuleIds', 'securityGroupRuleId'],
  networkInterfaceIds: ['networkInterfaceIdSet', 'networkInterfaceId'],
  resources: ['resourcesSet', 'resourceId'],
  regionNames: ['regionSet', 'regionName'],
  vpcIds: ['vpcSet', 'vpcId'],
  subnetIds: ['subnetSet', 'subnetId'],
  ownerIds: ['ownersSet', 'owner'],
  owners: ['ownersSet', 'owner'],
  keyNames: ['keySet', 'keyName'],
};
/** EC2 lists of structures whose wire name differs from the member's. */
const STRUCT_SETS: Record<string, string> = {
  instances: 'instancesSet',
  startingInstances: 'instancesSet',
  stoppingInstances: 'instancesSet',
  terminatingInstances: 'instancesSet',
  tags: 'tagSet',
  filters: 'filterSet',
  groups: 'groupSet',
  securityGroups: 'groupSet',
  volumes: 'volumeSet',
  snapshots: 'snapshotSet',
  networkInterfaces: 'networkInterfaceSet',
  securityGroupRules: 'securityGroupRuleSet',
  blockDeviceMappings: 'blockDeviceMapping',
  tagSpecifications: 'tagSpecificationSet',
  attachments: 'attachmentSet',
};
const HIDDEN = '<sensitiveDataRemoved>';
const SECRET =
  /^(secret(access)?key|secretaccesskey|password|privatekey|keymaterial|servicepassword|servicecredentialsecret|oldpassword|newpassword|addprivatekey|otp|secretstring|secretbinary|masteruserpassword|oauthtoken|accesstoken|basicauthcredentials|base32stringseed|qrcodepng|authenticationcode[12]|tokencode)$/i;

const lower = (name: string): string => {
  const head = /^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/.exec(name)?.[0] ?? '';
  return head.toLowerCase() + name.slice(head.length);
};
const isBytes = (value: unknown): boolean => value instanceof Uint8Array || (typeof value === 'object' && value !== null && 'pipe' in value);

/** E.g. "Nov 22, 2026, 5:57:38 PM". */
const spoken = (date: Date): string =>
  `${date.toLocaleString('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric', year: 'numeric' })}, ${date.toLocaleString('en-US', { timeZone: 'UTC', hour: 'numeric', minute: '2-digit', second: '2-digit' }).replace(/\s/gu, ' ')}`;

export function elements(value: unknown, protocol: Protocol): any {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return protocol === 'ec2Query' ? value.getTime() : protocol === 'awsQuery' ? spoken(value) : value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return value;
  if (isBytes(value)) return HIDDEN;
  if (Array.isArray(value)) {
    const items = value.map((item) => elements(item, protocol));
    return protocol === 'ec2Query' ? { items } : items;
  }
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null || name === '$metadata' || SECRET.test(name)) continue;
    const key = lower(name);
    if (key === 'userData') result.userData = HIDDEN;
    else if (protocol === 'ec2Query' && Array.isArray(member)) Object.assign(result, ec2Set(key, member));
    else result[key] = elements(member, protocol);
  }
  return result;
}

function ec2Set(key: string, members: unknown[]): Record<string, unknown> {
  const scalar = SCALAR_SETS[key];
  const plain = members.length > 0 && typeof members[0] !== 'object';
  if (plain && key === 'values') return { valueSet: { items: members.map((value) => ({ value })) } };
  if (plain && scalar) return { [scalar[0]]: { items: members.map((value) => ({ [scalar[1]]: value })) } };
  return { [STRUCT_SETS[key] ?? key]: elements(members, 'ec2Query') };
}

/** RunInstances names image, counts and key once per item of instancesSet, as CloudTrail writes it. */
export function requestParameters(service: string, operation: string, input: unknown, protocol: Protocol): any {
  const shaped = elements(input, protocol);
  if (shaped === null || Object.keys(shaped).length === 0) return protocol === 'ec2Query' ? {} : null;
  delete shaped.dryRun;
  if ((input as any)?.DryRun !== undefined && protocol === 'ec2Query') shaped.dryRun = (input as any).DryRun;
  if (service === 'ec2' && operation === 'RunInstances') {
    const { imageId, minCount, maxCount, keyName, ...rest } = shaped;
    return { instancesSet: { items: [{ imageId, minCount, maxCount, ...(keyName !== undefined && { keyName }) }] }, ...rest };
  }
  if (service === 's3' && shaped.bucket !== undefined) {
    const { bucket: bucketName, ...rest } = shaped;
    return { bucketName, ...rest };
  }
  return shaped;
}
