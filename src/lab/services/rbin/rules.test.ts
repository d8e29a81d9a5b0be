import { describe, expect, it } from 'vitest';
import { bench } from '../testing.ts';

const DAYS = (RetentionPeriodValue: number) => ({ RetentionPeriodValue, RetentionPeriodUnit: 'DAYS' });
const tag = [{ ResourceTagKey: 'ir:case', ResourceTagValue: 'IR-7' }];

describe('the Recycle Bin', () => {
  it('keeps rules by Region, and lists them by kind and tag', async () => {
    const b = bench();
    const { Identifier } = await b.call('rbin:CreateRule', {
      ResourceType: 'EBS_SNAPSHOT',
      RetentionPeriod: DAYS(365),
      ResourceTags: tag,
      Description: 'Incident',
    });
    expect(Identifier).toMatch(/^[0-9a-zA-Z]{11}$/);
    await b.call('rbin:CreateRule', { ResourceType: 'EBS_SNAPSHOT', RetentionPeriod: DAYS(3) });
    expect((await b.call('rbin:ListRules', { ResourceType: 'EBS_SNAPSHOT' })).Rules).toHaveLength(2);
    expect((await b.call('rbin:ListRules', { ResourceType: 'EBS_SNAPSHOT', ResourceTags: tag })).Rules).toMatchObject([
      { Identifier, RetentionPeriod: DAYS(365) },
    ]);
    expect((await b.call('rbin:ListRules', { ResourceType: 'EC2_IMAGE' })).Rules).toEqual([]);
    expect((await b.call('rbin:ListRules', { ResourceType: 'EBS_SNAPSHOT' }, { region: 'us-east-1' })).Rules).toEqual([]);
    await b.call('rbin:UpdateRule', { Identifier, RetentionPeriod: DAYS(30) });
    expect(await b.call('rbin:GetRule', { Identifier })).toMatchObject({
      RetentionPeriod: DAYS(30),
      ResourceTags: tag,
      Status: 'available',
      LockState: 'unlocked',
    });
    await b.call('rbin:DeleteRule', { Identifier });
    await expect(b.call('rbin:GetRule', { Identifier })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
  it.each([
    [{ ResourceType: 'EBS_VOLUME', RetentionPeriod: DAYS(8) }],
    [{ ResourceType: 'EBS_SNAPSHOT', RetentionPeriod: DAYS(366) }],
    [{ ResourceType: 'EBS_SNAPSHOT', RetentionPeriod: DAYS(9), ResourceTags: tag, ExcludeResourceTags: tag }],
    [
      {
        ResourceType: 'EBS_SNAPSHOT',
        RetentionPeriod: DAYS(9),
        ResourceTags: tag,
        LockConfiguration: { UnlockDelay: { UnlockDelayValue: 7, UnlockDelayUnit: 'DAYS' } },
      },
    ],
  ])('refuses %j', async (input) => expect(bench().call('rbin:CreateRule', input)).rejects.toMatchObject({ code: 'ValidationException' }));
  it('changes nothing of a locked rule until the delay after its unlocking is over', async () => {
    const b = bench();
    const LockConfiguration = { UnlockDelay: { UnlockDelayValue: 7, UnlockDelayUnit: 'DAYS' } };
    const { Identifier } = await b.call('rbin:CreateRule', { ResourceType: 'EBS_SNAPSHOT', RetentionPeriod: DAYS(30), LockConfiguration });
    const refused = { code: 'ConflictException', fields: { Reason: 'INVALID_RULE_STATE' } };
    await expect(b.call('rbin:DeleteRule', { Identifier })).rejects.toMatchObject(refused);
    expect(await b.call('rbin:UnlockRule', { Identifier })).toMatchObject({ LockState: 'pending_unlock' });
    b.pass(7 * 86_400 - 1);
    await expect(b.call('rbin:UpdateRule', { Identifier, RetentionPeriod: DAYS(1) })).rejects.toMatchObject(refused);
    b.pass(2);
    expect(await b.call('rbin:GetRule', { Identifier })).toMatchObject({ LockState: 'unlocked' });
    await b.call('rbin:DeleteRule', { Identifier });
    expect((await b.call('rbin:ListRules', { ResourceType: 'EBS_SNAPSHOT' })).Rules).toEqual([]);
  });
});
