import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { devicesView, metadataView, stateOf } from './instance-model.ts';
import { groupNames, groupsFor, interfacesOf } from './interface-model.ts';
import type { Instance, Interface } from './rows.ts';
import type { SpotRequest } from './spot-model.ts';
import { arns, edit, need, rowOf, writable } from './tables.ts';
import { TYPES } from './type-catalogue.ts';
import { volumesOf } from './volume-model.ts';

const value = <T>(Value: T) => ({ Value });
/** DescribeInstanceAttribute: one attribute of one instance. `enaSupport` is in the enumeration, and refused. */
const ATTRIBUTES: Record<string, (row: Instance, ctx: LabContext) => object> = {
  instanceType: (row) => ({ InstanceType: value(row.type) }),
  kernel: () => ({ KernelId: {} }),
  ramdisk: () => ({ RamdiskId: {} }),
  userData: (row) => ({ UserData: row.userData === undefined ? {} : value(row.userData) }),
  disableApiTermination: (row) => ({ DisableApiTermination: value(row.disableApiTermination) }),
  disableApiStop: (row) => ({ DisableApiStop: value(row.disableApiStop) }),
  instanceInitiatedShutdownBehavior: (row) => ({ InstanceInitiatedShutdownBehavior: value(row.shutdownBehavior) }),
  rootDeviceName: (row) => ({ RootDeviceName: value(row.rootDevice) }),
  blockDeviceMapping: (row, ctx) => ({ BlockDeviceMappings: devicesView(ctx, row) }),
  productCodes: (row) => ({ ProductCodes: row.productCodes ?? [] }),
  sourceDestCheck: (row, ctx) => ({ SourceDestCheck: value(primary(ctx, row).sourceDestCheck) }),
  groupSet: (row, ctx) => ({ Groups: groupNames(ctx, primary(ctx, row).groups) }),
  ebsOptimized: (row) => ({ EbsOptimized: value(row.ebsOptimized) }),
  sriovNetSupport: (row) => ({ SriovNetSupport: TYPES.get(row.type)?.hypervisor === 'xen' ? value('simple') : {} }),
  enclaveOptions: () => ({ EnclaveOptions: { Enabled: false } }),
};
const NAMES = [...Object.keys(ATTRIBUTES), 'enaSupport'] as const;

/** The one interface of an instance. With several, EC2 wants the interface named. */
function primary(ctx: LabContext, row: Instance): Interface {
  const [first, second] = interfacesOf(ctx, row.id);
  if (second)
    throw new LabError(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${row.id}'. Please specify an interface ID for the operation instead.`,
    );
  if (!first) throw new LabError('InvalidInstanceID.NotFound', `The instance ID '${row.id}' has no network interface`);
  return first;
}
const stopped = (ctx: LabContext, row: Instance): void => {
  if (stateOf(ctx, row) !== 'stopped') throw new LabError('IncorrectInstanceState', `The instance '${row.id}' is not in the 'stopped' state.`);
};
const boolean = (text: string): boolean => {
  if (!/^(true|false)$/i.test(text)) throw new LabError('InvalidParameterValue', `Value (${text}) is not a boolean`);
  return text.toLowerCase() === 'true';
};

function setDevices(ctx: LabContext, row: Instance, mappings: any[]): void {
  const volumes = volumesOf(ctx, row.id);
  const pairs = mappings.map((mapping) => {
    const volume = volumes.find((item) => item.attachment!.device === mapping.DeviceName);
    if (!volume) throw new LabError('InvalidInstanceAttributeValue', `No device is currently mapped at ${mapping.DeviceName}`);
    return { volume, keep: mapping.Ebs?.DeleteOnTermination };
  });
  writable(ctx, 'volumes');
  for (const { volume, keep } of pairs) if (keep !== undefined) volume.attachment!.deleteOnTermination = keep;
}
function shutdownBehavior(text: string): 'stop' | 'terminate' {
  if (text !== 'stop' && text !== 'terminate')
    throw new LabError('InvalidParameterValue', `Value (${text}) for parameter instanceInitiatedShutdownBehavior is invalid.`);
  return text;
}
function setType(ctx: LabContext, row: Instance, name: string): void {
  stopped(ctx, row);
  if (!TYPES.has(name)) throw new LabError('InvalidInstanceAttributeValue', `Invalid value '${name}' for InstanceType.`);
  row.type = name;
}
/** Spot Instances know neither kind of protection, whatever the value; one that asked once cannot be stopped either. */
function notSpot(ctx: LabContext, row: Instance, attribute: string): void {
  if (row.lifecycle !== 'spot') return;
  const request = row.spotRequestId ? rowOf<SpotRequest>(ctx, 'spotRequests', row.spotRequestId) : undefined;
  if (attribute === 'instanceInitiatedShutdownBehavior' && request?.type === 'persistent') return;
  throw new LabError('UnsupportedOperation', `Modifying '${attribute}' is not supported for spot instances.`);
}
/** Member of ModifyInstanceAttribute -> what setting it does. */
const SETTERS: Record<string, (row: Instance, given: any, ctx: LabContext) => void> = {
  DisableApiTermination: (row, given, ctx) => {
    notSpot(ctx, row, 'disableApiTermination');
    row.disableApiTermination = given.Value ?? false;
  },
  DisableApiStop: (row, given, ctx) => {
    notSpot(ctx, row, 'disableApiStop');
    row.disableApiStop = given.Value ?? false;
  },
  InstanceInitiatedShutdownBehavior: (row, given, ctx) => {
    notSpot(ctx, row, 'instanceInitiatedShutdownBehavior');
    row.shutdownBehavior = shutdownBehavior(given.Value);
  },
  BlockDeviceMappings: (row, given, ctx) => setDevices(ctx, row, given),
  SourceDestCheck: (row, given, ctx) => void (primary(ctx, row).sourceDestCheck = given.Value ?? false),
  Groups: (row, given, ctx) => {
    const item = primary(ctx, row);
    item.groups = groupsFor(ctx, item.vpcId, given);
  },
  InstanceType: (row, given, ctx) => setType(ctx, row, given.Value),
  EbsOptimized: (row, given, ctx) => {
    stopped(ctx, row);
    row.ebsOptimized = given.Value ?? false;
  },
  UserData: (row, given, ctx) => {
    stopped(ctx, row);
    row.userData = given.Value === undefined ? undefined : Buffer.from(given.Value).toString('base64');
  },
};
/** The older form: Attribute and Value as text. */
const NAMED: Record<string, (text: string) => [string, any]> = {
  disableApiTermination: (text) => ['DisableApiTermination', { Value: boolean(text) }],
  disableApiStop: (text) => ['DisableApiStop', { Value: boolean(text) }],
  instanceInitiatedShutdownBehavior: (text) => ['InstanceInitiatedShutdownBehavior', { Value: text }],
  sourceDestCheck: (text) => ['SourceDestCheck', { Value: boolean(text) }],
  instanceType: (text) => ['InstanceType', { Value: text }],
  ebsOptimized: (text) => ['EbsOptimized', { Value: boolean(text) }],
  userData: (text) => ['UserData', { Value: Buffer.from(text, 'base64') }],
};
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'instance', input.InstanceId);

export const operations: LabOperations = {
  DescribeInstanceAttribute: {
    run(input, ctx) {
      const row = need<Instance>(ctx, 'instances', input.InstanceId);
      const attribute = Object.hasOwn(ATTRIBUTES, input.Attribute) ? ATTRIBUTES[input.Attribute] : undefined;
      if (!attribute) throw new LabError('InvalidParameterValue', `Value (${input.Attribute}) for parameter attribute is invalid. Unknown attribute.`);
      return { InstanceId: row.id, ...attribute(row, ctx) };
    },
    resources,
    constraints: { Attribute: { enum: NAMES } },
  },
  /** Exactly one attribute a call. */
  ModifyInstanceAttribute: {
    run(input, ctx) {
      const row = edit<Instance>(ctx, 'instances', input.InstanceId);
      const given: [string, any][] = Object.entries(input).filter(
        ([name, member]) => member !== undefined && Object.hasOwn(SETTERS, name) && !(Array.isArray(member) && member.length === 0),
      );
      const named =
        typeof input.Attribute === 'string' && input.Value !== undefined && Object.hasOwn(NAMED, input.Attribute) ? NAMED[input.Attribute] : undefined;
      if (named) given.push(named(input.Value));
      if (given.length > 1)
        throw new LabError('InvalidParameterCombination', `Fields for multiple attribute types specified: ${given.map(([name]) => name).join(', ')}`);
      const [name, member] = given[0] ?? [];
      if (name === undefined) throw new LabError('InvalidParameterCombination', 'No attributes specified.');
      if (stateOf(ctx, row) === 'terminated') throw new LabError('IncorrectInstanceState', `The instance '${row.id}' is terminated.`);
      SETTERS[name]!(row, member, ctx);
      return {};
    },
    resources,
    constraints: { Attribute: { enum: NAMES } },
  },
  /** Takes effect a little later: the answer says pending. */
  ModifyInstanceMetadataOptions: {
    run(input, ctx) {
      const row = edit<Instance>(ctx, 'instances', input.InstanceId);
      const hops = input.HttpPutResponseHopLimit;
      if (hops !== undefined && (hops < 1 || hops > 64)) throw new LabError('InvalidParameterValue', 'The hop limit must be between 1 and 64.');
      row.metadata = {
        tokens: input.HttpTokens ?? row.metadata.tokens,
        hops: hops ?? row.metadata.hops,
        endpoint: input.HttpEndpoint ?? row.metadata.endpoint,
        ipv6: input.HttpProtocolIpv6 ?? row.metadata.ipv6,
        tags: input.InstanceMetadataTags ?? row.metadata.tags,
        changed: ctx.due(3),
      };
      return { InstanceId: row.id, InstanceMetadataOptions: metadataView(row, false) };
    },
    resources,
    constraints: {
      HttpTokens: { enum: ['optional', 'required'] },
      HttpEndpoint: { enum: ['disabled', 'enabled'] },
      HttpProtocolIpv6: { enum: ['disabled', 'enabled'] },
      InstanceMetadataTags: { enum: ['disabled', 'enabled'] },
    },
  },
};
