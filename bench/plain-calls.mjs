/**
 * The baseline of containment: a script as one writes it with the plain SDK. Reads {calls, accessKeyId, instanceId, ...} on
 * standard input, sends those calls one after another, filling in what the answers of earlier ones say, and prints when
 * the last was answered (epoch milliseconds).
 */
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { calls, accessKeyId, instanceId, fromIp } = JSON.parse(Buffer.concat(chunks).toString('utf8'));

const modules = {};
for (const service of new Set(calls.map((call) => call.service))) modules[service] = await import(`@aws-sdk/client-${service}`);
const clients = new Map();
function clientOf(service, region) {
  const key = `${service} ${region}`;
  const Client = Object.entries(modules[service]).find(([name]) => /^(?!__)[A-Za-z0-9]+Client$/.test(name))[1];
  if (!clients.has(key)) clients.set(key, new Client({ region }));
  return clients.get(key);
}

/** What the script learns on its way. */
const seen = { keys: [accessKeyId], interfaces: [] };
const byGroup = () => [{ Name: 'group-id', Values: [seen.group] }];
/** Input of each call, and what its answer teaches. A call that is not here is an error: the baseline must be kept true. */
const OPERATIONS = {
  GetCallerIdentity: [() => ({})],
  GetAccessKeyInfo: [() => ({ AccessKeyId: accessKeyId })],
  GetAccessKeyLastUsed: [() => ({ AccessKeyId: accessKeyId }), (answer) => (seen.user = answer.UserName)],
  ListAccessKeys: [
    () => ({ UserName: seen.user }),
    (answer) => (seen.keys = answer.AccessKeyMetadata.filter((key) => key.Status === 'Active').map((key) => key.AccessKeyId)),
  ],
  ListAttachedUserPolicies: [() => ({ UserName: seen.user })],
  GetUserPolicy: [() => ({ UserName: seen.user, PolicyName: 'DenyAll' })],
  UpdateAccessKey: [() => ({ UserName: seen.user, AccessKeyId: seen.keys.shift(), Status: 'Inactive' })],
  AttachUserPolicy: [() => ({ UserName: seen.user, PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' })],
  DescribeRegions: [() => ({ AllRegions: true })],
  ListRegions: [() => ({ MaxResults: 50 })],
  DescribeInstances: [
    () => ({ InstanceIds: [instanceId] }),
    (answer) => {
      const instance = answer.Reservations?.[0]?.Instances?.[0];
      if (instance) seen.vpc = instance.VpcId;
    },
  ],
  DescribeNetworkInterfaces: [
    () => ({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] }),
    (answer) => (seen.interfaces = answer.NetworkInterfaces.map((one) => one.NetworkInterfaceId)),
  ],
  DescribeSecurityGroups: [() => ({ Filters: [{ Name: 'group-name', Values: [`isolation-${instanceId}`] }] })],
  CreateSecurityGroup: [() => ({ GroupName: `isolation-${instanceId}`, Description: 'isolation', VpcId: seen.vpc }), (answer) => (seen.group = answer.GroupId)],
  DescribeSecurityGroupRules: [
    () => ({ Filters: byGroup() }),
    (answer) => (seen.rules = answer.SecurityGroupRules.filter((rule) => rule.IsEgress).map((rule) => rule.SecurityGroupRuleId)),
  ],
  RevokeSecurityGroupEgress: [() => ({ GroupId: seen.group, SecurityGroupRuleIds: seen.rules })],
  AuthorizeSecurityGroupIngress: [
    () => ({ GroupId: seen.group, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: `${fromIp}/32` }] }] }),
  ],
  ModifyNetworkInterfaceAttribute: [() => ({ NetworkInterfaceId: seen.interfaces.shift(), Groups: [seen.group] })],
};

for (const { service, operation, region, status } of calls) {
  const known = OPERATIONS[operation];
  if (!known) throw new Error(`the baseline does not know ${service}:${operation}: add it to bench/plain-calls.mjs`);
  const [input, learn] = known;
  try {
    const answer = await clientOf(service, region).send(new modules[service][`${operation}Command`](input()));
    learn?.(answer);
  } catch (error) {
    // What was refused to the product is refused to the script: a policy that is not there, a region without the instance.
    if (status < 400) throw error;
  }
}
process.stdout.write(JSON.stringify({ ended: Date.now() }));
