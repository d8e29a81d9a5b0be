import type { LabContext } from '../../contract.ts';

/** Services of AWS that the lab has endpoints for. */
const NAMES: Readonly<Record<string, readonly ('Interface' | 'Gateway')[]>> = {
  s3: ['Gateway', 'Interface'],
  dynamodb: ['Gateway', 'Interface'],
  ssm: ['Interface'],
  ssmmessages: ['Interface'],
  ec2messages: ['Interface'],
  ec2: ['Interface'],
  kms: ['Interface'],
  logs: ['Interface'],
  monitoring: ['Interface'],
  sts: ['Interface'],
  ebs: ['Interface'],
  secretsmanager: ['Interface'],
  'ecr.api': ['Interface'],
  'ecr.dkr': ['Interface'],
  elasticloadbalancing: ['Interface'],
  autoscaling: ['Interface'],
};
export interface EndpointService {
  /** @example 'com.amazonaws.eu-west-1.ssm' */
  name: string;
  types: readonly ('Interface' | 'Gateway')[];
}
export const endpointServices = (ctx: LabContext): EndpointService[] =>
  Object.entries(NAMES).map(([name, types]) => ({ name: `com.amazonaws.${ctx.region.name}.${name}`, types }));
export const endpointService = (ctx: LabContext, name: string): EndpointService | undefined => endpointServices(ctx).find((one) => one.name === name);
