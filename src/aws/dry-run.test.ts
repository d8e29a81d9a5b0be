import { afterEach, describe, expect, it } from 'vitest';
import { ec2Error, type Reply, testServer, xml } from '../../test/aws/endpoint.ts';
import { type Change, type Plan, text, type Value } from '../kernel/index.ts';
import { dryRun } from './dry-run.ts';
import { openAws } from './open.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const start = async (reply: Reply) => {
  const server = await testServer(reply);
  const aws = await openAws({ env: server.env });
  open.push(server, aws);
  return { server, aws };
};
const change = (id: string, service: string, operation: string, input: Value): Change => ({
  id,
  why: text('w', 'w'),
  call: { service, operation, region: 'eu-west-1', input },
  repeat: 'safe',
  probe: { call: { service, operation, region: 'eu-west-1', input }, done: [] },
  undo: { never: text('n', 'n') },
  danger: [],
});
const plan = (...steps: Change[]): Plan => ({ action: 'a', target: {}, steps });

describe('dryRun', () => {
  it('tells permitted, denied, undetermined and no-dry-run apart, and carries nothing out', async () => {
    const codes: Record<string, string> = {
      CreateSecurityGroup: 'DryRunOperation',
      StopInstances: 'UnauthorizedOperation',
      RevokeSecurityGroupEgress: 'DryRunOperation',
      DeleteVpc: 'InvalidVpcID.NotFound',
    };
    const { aws, server } = await start(({ operation }, response) => ec2Error(response, 412, codes[operation] ?? 'Unexpected'));
    const results = await dryRun(
      aws,
      plan(
        change('sg', 'ec2', 'CreateSecurityGroup', { GroupName: 'g', Description: { $join: ['d ', { $token: true }] } }),
        change('stop', 'ec2', 'StopInstances', { InstanceIds: ['i-1'] }),
        change('egress', 'ec2', 'RevokeSecurityGroupEgress', { GroupId: { $ref: 'sg#GroupId', like: 'sg-like' } }),
        change('seen', 'ec2', 'RevokeSecurityGroupEgress', { GroupId: { $ref: 'other#GroupId' } }),
        change('blind', 'ec2', 'StopInstances', { InstanceIds: [{ $ref: 'sg#Nothing' }] }),
        change('vpc', 'ec2', 'DeleteVpc', { VpcId: 'vpc-1' }),
        change('key', 'iam', 'DeleteUser', { UserName: 'x' }),
        change('person', 'person', 'Paste', {}),
      ),
      { 'other#GroupId': 'sg-seen' },
    );
    expect(results.map(({ id, result, standIn }) => [id, result, standIn ?? false])).toEqual([
      ['sg', 'permitted', false],
      ['stop', 'denied', false],
      ['egress', 'permitted', true],
      ['seen', 'permitted', true],
      ['blind', 'undetermined', false],
      ['vpc', 'undetermined', false],
      ['key', 'no-dry-run', false],
      ['person', 'no-dry-run', false],
    ]);
    expect(server.seen.every((one) => one.form.DryRun === 'true')).toBe(true);
    expect(server.seen.map((one) => one.form.GroupId).filter(Boolean)).toEqual(['sg-like', 'sg-seen']);
  });

  it('stops at once at an endpoint that ignores DryRun', async () => {
    const { aws, server } = await start((_, response) => xml(response, 200, '<StopInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"/>'));
    const stop = change('a', 'ec2', 'StopInstances', { InstanceIds: ['i-1'] });
    await expect(dryRun(aws, plan(stop, { ...stop, id: 'b' }))).rejects.toMatchObject({
      code: 'DryRunRan',
      message: expect.stringContaining('StopInstances (a)'),
    });
    expect(server.seen.length).toBe(1);
  });
});
