import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

let b: Bench;
let group: string;
beforeEach(async () => {
  b = bench();
  group = (await b.call('ec2:CreateSecurityGroup', { GroupName: 'web', Description: 'x' })).GroupId;
});
const put = (...Tags: { Key: string; Value?: string }[]) => b.call('ec2:CreateTags', { Resources: [group], Tags });
const take = (...Tags: { Key: string; Value?: string }[]) => b.call('ec2:DeleteTags', { Resources: [group], Tags });
const tags = async () =>
  Object.fromEntries((await b.call('ec2:DescribeTags', { Filters: [{ Name: 'resource-id', Values: [group] }] })).Tags.map((tag: any) => [tag.Key, tag.Value]));

describe('CreateTags', () => {
  it('overwrites', async () => {
    await put({ Key: 'Environment', Value: 'prod' }, { Key: '__proto__', Value: 'hostile' });
    await put({ Key: 'Environment', Value: 'Quarantine:K7' });
    expect((await b.call('ec2:DescribeSecurityGroups', { GroupIds: [group] })).SecurityGroups[0].Tags).toEqual([
      { Key: 'Environment', Value: 'Quarantine:K7' },
      { Key: '__proto__', Value: 'hostile' },
    ]);
  });
  it.each([[{ Key: 'aws:x', Value: '' }], [{ Key: 'k'.repeat(129), Value: '' }], [{ Key: 'k', Value: 'v'.repeat(257) }], [{ Key: '', Value: '' }]])(
    'refuses %j',
    async (tag) => {
      await expect(put({ Key: 'good', Value: '1' }, tag)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
      expect(await tags()).toEqual({});
    },
  );
  it('stops at fifty, for all resources or none', async () => {
    await put(...Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' })));
    const { VpcId } = (await b.call('ec2:DescribeVpcs', {})).Vpcs[0];
    await expect(b.call('ec2:CreateTags', { Resources: [VpcId, group], Tags: [{ Key: 'more', Value: '' }] })).rejects.toMatchObject({
      code: 'TagLimitExceeded',
    });
    expect((await b.call('ec2:DescribeVpcs', {})).Vpcs[0].Tags).toEqual([]);
    await put({ Key: 'k7', Value: 'changed' });
    expect((await tags()).k7).toBe('changed');
  });
  it('wants resources that exist', async () => {
    await expect(b.call('ec2:CreateTags', { Resources: ['i-0000000000000000f'], Tags: [{ Key: 'a' }] })).rejects.toMatchObject({
      code: 'InvalidInstanceID.NotFound',
    });
    await expect(b.call('ec2:CreateTags', { Resources: ['nonsense'], Tags: [{ Key: 'a' }] })).rejects.toMatchObject({ code: 'InvalidID' });
  });
});
describe('DeleteTags', () => {
  it('with a value spares a tag that has changed since', async () => {
    await put({ Key: 'Environment', Value: 'theirs' }, { Key: 'ir:case', Value: 'K7' });
    await take({ Key: 'Environment', Value: 'ours' }, { Key: 'ir:case', Value: 'K7' });
    expect(await tags()).toEqual({ Environment: 'theirs' });
    await take({ Key: 'Environment' });
    expect(await tags()).toEqual({});
  });
  it('without tags takes all', async () => {
    await put({ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' });
    await b.call('ec2:DeleteTags', { Resources: [group] });
    expect(await tags()).toEqual({});
  });
});
it('DescribeTags finds a key with one of its values', async () => {
  await put({ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' });
  const found = async (Filters: object[]) => (await b.call('ec2:DescribeTags', { Filters })).Tags;
  expect(await found([{ Name: 'tag:a', Values: ['1'] }])).toEqual([{ ResourceId: group, ResourceType: 'security-group', Key: 'a', Value: '1' }]);
  expect(await found([{ Name: 'tag:a', Values: ['2'] }])).toEqual([]);
  expect(await found([{ Name: 'resource-type', Values: ['instance'] }])).toEqual([]);
});
