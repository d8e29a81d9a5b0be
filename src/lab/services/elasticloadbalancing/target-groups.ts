import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Vpc } from '../ec2/rows.ts';
import { rowOf } from '../ec2/tables.ts';
import { arnOf, pageOf, suffix } from '../paging.ts';
import { listeners, loadBalancers, routersOf, type TargetGroup, targetGroups } from './model.ts';

const PROTOCOLS = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'GENEVE', 'QUIC', 'TCP_QUIC'];
const PORT = { min: 1, max: 65535 };
const PAGE = { min: 1, max: 400 };
const COUNT = { min: 2, max: 10 };
const MAX_GROUPS = 3000;
const invalid = (message: string): LabError => new LabError('InvalidConfigurationRequest', message);
const resources = (input: any): string[] => [input.TargetGroupArn ?? '*'];
const pairs = (attributes: Record<string, string>) => Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));

/** What a new target group has (Elastic Load Balancing User Guides, "Target group attributes"). */
const standardAttributes = (type: string): Record<string, string> => ({
  ...(type === 'lambda' ? {} : { 'deregistration_delay.timeout_seconds': '300' }),
  'stickiness.enabled': 'false',
  ...(type === 'lambda' ? { 'lambda.multi_value_headers.enabled': 'false' } : { 'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration' }),
});
const CHECK = [
  'HealthCheckProtocol',
  'HealthCheckPort',
  'HealthCheckEnabled',
  'HealthCheckPath',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'Matcher',
] as const;
const given = (input: any) => Object.fromEntries(CHECK.flatMap((name) => (input[name] === undefined ? [] : [[name, structuredClone(input[name])]])));

const view = (ctx: LabContext, row: TargetGroup) => ({
  TargetGroupArn: row.arn,
  TargetGroupName: row.name,
  Protocol: row.protocol,
  ProtocolVersion: row.protocolVersion,
  Port: row.port,
  VpcId: row.vpcId,
  TargetType: row.targetType,
  IpAddressType: row.ipAddressType,
  ...row.healthCheck,
  LoadBalancerArns: routersOf(ctx, row.arn),
});

export const operations: LabOperations = {
  CreateTargetGroup: {
    run(input, ctx) {
      const type = input.TargetType ?? 'instance';
      if (!/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(input.Name)) throw new LabError('ValidationError', `Target group name '${input.Name}' is not valid`);
      if (targetGroups.all(ctx).some((one) => one.name === input.Name))
        throw new LabError('DuplicateTargetGroupName', `A target group with the same name '${input.Name}' exists, but with different settings`);
      if (targetGroups.all(ctx).length >= MAX_GROUPS) throw new LabError('TooManyTargetGroups', 'The maximum number of target groups has been reached');
      if (type !== 'lambda') {
        if (!input.Protocol || !input.Port) throw new LabError('ValidationError', 'A protocol and a port must be specified');
        if (!input.VpcId) throw new LabError('ValidationError', 'A VPC ID must be specified');
        if (!rowOf<Vpc>(ctx, 'vpcs', input.VpcId)) throw invalid(`The VPC ID '${input.VpcId}' is not found`);
      }
      const web = /^HTTPS?$/.test(input.Protocol ?? '');
      const arn = arnOf(ctx, 'elasticloadbalancing', `targetgroup/${input.Name}/${suffix(ctx, 16)}`);
      const row: TargetGroup = {
        arn,
        name: input.Name,
        protocol: input.Protocol,
        ...(web ? { protocolVersion: input.ProtocolVersion ?? 'HTTP1' } : {}),
        port: input.Port,
        vpcId: input.VpcId,
        targetType: type,
        ipAddressType: input.IpAddressType ?? 'ipv4',
        healthCheck: {
          HealthCheckProtocol: web ? 'HTTP' : 'TCP',
          HealthCheckPort: 'traffic-port',
          HealthCheckEnabled: type !== 'lambda',
          HealthCheckIntervalSeconds: 30,
          HealthCheckTimeoutSeconds: web ? 5 : 10,
          HealthyThresholdCount: 5,
          UnhealthyThresholdCount: 2,
          ...(web ? { HealthCheckPath: '/', Matcher: { HttpCode: '200' } } : {}),
          ...given(input),
        },
        attributes: standardAttributes(type),
        targets: [],
        tags: (input.Tags ?? []).map((tag: any) => ({ Key: tag.Key, Value: tag.Value ?? '' })),
      };
      return { TargetGroups: [view(ctx, targetGroups.put(ctx, arn, row))] };
    },
    constraints: {
      Protocol: { enum: PROTOCOLS },
      HealthCheckProtocol: { enum: PROTOCOLS },
      TargetType: { enum: ['instance', 'ip', 'lambda', 'alb'] },
      IpAddressType: { enum: ['ipv4', 'ipv6'] },
      Port: PORT,
      HealthCheckPath: { length: [1, 1024] },
      HealthCheckIntervalSeconds: { min: 5, max: 300 },
      HealthCheckTimeoutSeconds: { min: 2, max: 120 },
      HealthyThresholdCount: COUNT,
      UnhealthyThresholdCount: COUNT,
      'Tags[].Key': { length: [1, 128] },
      'Tags[].Value': { length: [0, 256] },
    },
  },
  DescribeTargetGroups: {
    run(input, ctx) {
      const { LoadBalancerArn: router, TargetGroupArns: arns = [], Names: names = [] } = input;
      if (router !== undefined) loadBalancers.get(ctx, router);
      for (const arn of arns) targetGroups.get(ctx, arn);
      for (const name of names) if (!targetGroups.all(ctx).some((one) => one.name === name)) targetGroups.get(ctx, name);
      const rows = targetGroups
        .all(ctx)
        .filter((row) => router === undefined || routersOf(ctx, row.arn).includes(router))
        .filter((row) => arns.length === 0 || arns.includes(row.arn))
        .filter((row) => names.length === 0 || names.includes(row.name));
      const { items, next } = pageOf(ctx, rows, { token: input.Marker, max: input.PageSize, size: 400 }, ['ValidationError', 'Marker is not valid']);
      return { TargetGroups: items.map((row) => view(ctx, row)), NextMarker: next };
    },
    constraints: { PageSize: PAGE },
  },
  ModifyTargetGroup: {
    run(input, ctx) {
      const row = targetGroups.get(ctx, input.TargetGroupArn);
      row.healthCheck = { ...row.healthCheck, ...given(input) };
      return { TargetGroups: [view(ctx, row)] };
    },
    resources,
    constraints: {
      HealthCheckProtocol: { enum: PROTOCOLS },
      HealthCheckPath: { length: [1, 1024] },
      HealthCheckIntervalSeconds: { min: 5, max: 300 },
      HealthCheckTimeoutSeconds: { min: 2, max: 120 },
      HealthyThresholdCount: COUNT,
      UnhealthyThresholdCount: COUNT,
    },
  },
  DeleteTargetGroup: {
    run(input, ctx) {
      if (listeners.all(ctx).length > 0 && routersOf(ctx, input.TargetGroupArn).length > 0)
        throw new LabError('ResourceInUse', `Target group '${input.TargetGroupArn}' is currently in use by a listener or a rule`);
      targetGroups.drop(ctx, input.TargetGroupArn);
      return {};
    },
    resources,
  },
  DescribeTargetGroupAttributes: {
    run: (input, ctx) => ({ Attributes: pairs(targetGroups.get(ctx, input.TargetGroupArn).attributes) }),
  },
  ModifyTargetGroupAttributes: {
    run(input, ctx) {
      const row = targetGroups.get(ctx, input.TargetGroupArn);
      for (const { Key: key = '', Value: value = '' } of input.Attributes) {
        if (key === 'deregistration_delay.timeout_seconds' && !(/^\d+$/.test(value) && Number(value) <= 3600))
          throw invalid(`The value of '${key}' must be between 0-3600`);
        row.attributes[key] = value;
      }
      return { Attributes: pairs(row.attributes) };
    },
    resources,
    constraints: { 'Attributes[].Key': { length: [0, 256], pattern: '[a-zA-Z0-9._]+' } },
  },
};
