import { describe, expect, it } from 'vitest';
import { bench } from '../testing.ts';

const PolicyDetails = {
  ResourceTypes: ['VOLUME'],
  TargetTags: [{ Key: 'Backup', Value: 'daily' }],
  Schedules: [{ Name: 'daily', CreateRule: { Interval: 24, IntervalUnit: 'HOURS' }, RetainRule: { Count: 7 }, TagsToAdd: [{ Key: 'Made', Value: 'dlm' }] }],
};
const common = { ExecutionRoleArn: 'arn:aws:iam::111122223333:role/dlm', Description: 'Backups', State: 'ENABLED' };

describe('lifecycle policies', () => {
  it('are made, found by their tags, changed and deleted', async () => {
    const b = bench();
    const { PolicyId } = await b.call('dlm:CreateLifecyclePolicy', { ...common, PolicyDetails });
    expect(PolicyId).toMatch(/^policy-[a-f0-9]+$/);
    for (const found of [
      { TargetTags: ['Backup=daily'] },
      { TagsToAdd: ['Made=dlm'] },
      { ResourceTypes: ['VOLUME'] },
      { State: 'ENABLED' },
      { PolicyIds: [PolicyId] },
    ])
      expect((await b.call('dlm:GetLifecyclePolicies', found)).Policies, JSON.stringify(found)).toMatchObject([
        { PolicyId, PolicyType: 'EBS_SNAPSHOT_MANAGEMENT', DefaultPolicy: false },
      ]);
    for (const not of [{ TargetTags: ['Backup=weekly'] }, { ResourceTypes: ['INSTANCE'] }, { State: 'DISABLED' }, { DefaultPolicyType: 'ALL' }])
      expect((await b.call('dlm:GetLifecyclePolicies', not)).Policies, JSON.stringify(not)).toEqual([]);
    await b.call('dlm:UpdateLifecyclePolicy', { PolicyId, State: 'DISABLED' });
    expect((await b.call('dlm:GetLifecyclePolicy', { PolicyId })).Policy).toMatchObject({ State: 'DISABLED', PolicyDetails });
    await b.call('dlm:DeleteLifecyclePolicy', { PolicyId });
    for (const gone of ['GetLifecyclePolicy', 'UpdateLifecyclePolicy', 'DeleteLifecyclePolicy'])
      await expect(b.call(`dlm:${gone}`, { PolicyId })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(b.call('dlm:GetLifecyclePolicies', { PolicyIds: [PolicyId] })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
  it('there is one default policy of a kind', async () => {
    const b = bench();
    const wanted = { ...common, DefaultPolicy: 'VOLUME', CreateInterval: 2, RetainInterval: 9, Exclusions: { ExcludeTags: [{ Key: 'Backup', Value: 'no' }] } };
    const { PolicyId } = await b.call('dlm:CreateLifecyclePolicy', wanted);
    expect((await b.call('dlm:GetLifecyclePolicy', { PolicyId })).Policy).toMatchObject({
      DefaultPolicy: true,
      PolicyDetails: { ResourceType: 'VOLUME', CreateInterval: 2, RetainInterval: 9, Exclusions: wanted.Exclusions },
    });
    await expect(b.call('dlm:CreateLifecyclePolicy', wanted)).rejects.toMatchObject({ code: 'InvalidRequestException' });
    expect((await b.call('dlm:GetLifecyclePolicies', { DefaultPolicyType: 'VOLUME' })).Policies).toHaveLength(1);
  });
  it.each([
    [{}],
    [{ PolicyDetails: { ...PolicyDetails, TargetTags: [] } }],
    [{ PolicyDetails: { ...PolicyDetails, Schedules: [{ RetainRule: { Count: 1, Interval: 1 } }] } }],
  ])('refuses %j', async (more) =>
    expect(bench().call('dlm:CreateLifecyclePolicy', { ...common, ...more })).rejects.toMatchObject({ code: 'InvalidRequestException' }),
  );
});
