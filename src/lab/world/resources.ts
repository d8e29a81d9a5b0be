/** Members of requestParameters and responseElements that name a resource, and its type in LookupEvents. */
const TYPES: Record<string, string> = {
  instanceId: 'AWS::EC2::Instance',
  volumeId: 'AWS::EC2::Volume',
  snapshotId: 'AWS::EC2::Snapshot',
  groupId: 'AWS::EC2::SecurityGroup',
  groupName: 'AWS::EC2::SecurityGroup',
  networkInterfaceId: 'AWS::EC2::NetworkInterface',
  imageId: 'AWS::EC2::Ami',
  vpcId: 'AWS::EC2::VPC',
  subnetId: 'AWS::EC2::Subnet',
  keyName: 'AWS::EC2::KeyPair',
  userName: 'AWS::IAM::User',
  roleName: 'AWS::IAM::Role',
  policyName: 'AWS::IAM::Policy',
  policyArn: 'AWS::IAM::Policy',
  instanceProfileName: 'AWS::IAM::InstanceProfile',
  accessKeyId: 'AWS::IAM::AccessKey',
  roleArn: 'AWS::IAM::Role',
  trailARN: 'AWS::CloudTrail::Trail',
};
const IAM_TYPES: Record<string, string> = { ...TYPES, groupName: 'AWS::IAM::Group', groupId: 'AWS::IAM::Group' };

/** ResourceName and ResourceType of an event, as LookupEvents lists and searches them: each resource once, in order of appearance. */
export function resourcesOf(record: Record<string, any>): { ResourceType: string; ResourceName: string }[] {
  const found = new Map<string, { ResourceType: string; ResourceName: string }>();
  const types = record.eventSource === 'iam.amazonaws.com' ? IAM_TYPES : TYPES;
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (Array.isArray(value) || value === null || typeof value !== 'object') return;
    for (const [name, member] of Object.entries(value)) {
      const type = record.eventSource === 'cloudtrail.amazonaws.com' && name === 'name' ? 'AWS::CloudTrail::Trail' : types[name];
      if (type && typeof member === 'string') found.set(`${type}|${member}`, { ResourceType: type, ResourceName: member });
      else walk(member);
    }
  };
  if (record.readOnly !== true || record.eventSource === 'sts.amazonaws.com') walk([record.requestParameters, record.responseElements]);
  return [...found.values()];
}
