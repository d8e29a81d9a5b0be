import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../kernel/index.ts';
import { fakeInstance, fakeWorld, SUSPECT } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './suppress-deletion.ts';

const ROOT = 'vol-0aaaaaaaaaaaaaaa1';
const EARLIER = 'snap-0d0d0d0d0d0d0d0d1';
const rule = (days: number, more: JsonObject = {}): JsonObject => ({
  Identifier: 'abcdefghij1',
  RetentionPeriod: { RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' },
  ...more,
});
const YEAR = rule(365);
const policy = (PolicyDetails: JsonObject, more: JsonObject = {}): JsonObject => ({
  PolicyId: 'policy-0a1',
  State: 'ENABLED',
  Description: 'd',
  PolicyDetails,
  ...more,
});
const backup = (Tags: Json): JsonObject => ({ SnapshotId: EARLIER, VolumeId: ROOT, State: 'completed', StartTime: '2026-11-01T00:00:00.000Z', Tags });

/** One rule for snapshots and volumes alike, one policy, snapshots that were there before. */
function seen(options: { rule?: JsonObject; policy?: JsonObject; snapshots?: JsonObject[]; tags?: JsonObject[]; options?: JsonObject }) {
  return fakeInstance(fakeWorld(), {
    options: options.options ?? {},
    answers: {
      'rbin:ListRules': { Rules: options.rule ? [{ Identifier: 'abcdefghij1' }] : [] },
      'rbin:GetRule': options.rule ?? {},
      'ec2:DescribeTags': { Tags: options.tags ?? [] },
      'ec2:DescribeSnapshots': { Snapshots: options.snapshots ?? [] },
      'ec2:DescribeLockedSnapshots': { Snapshots: [] },
      'dlm:GetLifecyclePolicies': { Policies: options.policy ? [{ PolicyId: 'policy-0a1' }] : [] },
      'dlm:GetLifecyclePolicy': { Policy: options.policy ?? {} },
    },
  });
}
const ids = async (context: ReturnType<typeof seen>): Promise<string[]> => (await planOf(action, context)).changes.map(({ id }) => id);
const BINS = ['bin.EBS_SNAPSHOT', 'bin.EBS_VOLUME'];

describe('rules that keep what is deleted', () => {
  it.each([
    ['none', undefined, BINS],
    ['one for the whole Region', YEAR, []],
    ['one that is too short for snapshots', rule(7), ['bin.EBS_SNAPSHOT']],
    ['one for this case’s tag', rule(365, { ResourceTags: [{ ResourceTagKey: 'ir:case', ResourceTagValue: 'IR-2026-7' }] }), []],
    ['one for another case’s tag', rule(365, { ResourceTags: [{ ResourceTagKey: 'ir:case', ResourceTagValue: 'IR-2026-8' }] }), BINS],
    ['one that leaves this case out', rule(365, { ExcludeResourceTags: [{ ResourceTagKey: 'ir:case' }] }), BINS],
    ['one that leaves others out', rule(365, { ExcludeResourceTags: [{ ResourceTagKey: 'ir:case', ResourceTagValue: 'IR-2026-8' }] }), []],
  ])('%s', async (_, one, due) => expect(await ids(seen(one ? { rule: one } : {}))).toEqual(due));
});

describe('policies that delete backups', () => {
  const target = { TargetTags: [{ Key: 'Backup', Value: 'daily' }] };
  const disabled = { options: { lifecycle: 'disable' }, rule: YEAR };
  it.each([
    ['by a tag of a volume', { ResourceTypes: ['VOLUME'], ...target }, {}, ROOT, true],
    ['by a tag of the instance', { ResourceTypes: ['INSTANCE'], ...target }, {}, SUSPECT, true],
    ['by a tag that something else has', { ResourceTypes: ['VOLUME'], ...target }, {}, SUSPECT, false],
    ['by default', { ResourceType: 'VOLUME' }, { DefaultPolicy: true }, ROOT, true],
    ['that is switched off', { ResourceTypes: ['VOLUME'], ...target }, { State: 'DISABLED' }, ROOT, false],
    ['that is in error', { ResourceTypes: ['VOLUME'], ...target }, { State: 'ERROR' }, ROOT, true],
  ])('%s', async (_, details, more, on, hit) => {
    const tags = [{ ResourceId: on, Key: 'Backup', Value: 'daily' }];
    expect(await ids(seen({ ...disabled, tags, policy: policy(details as JsonObject, more as JsonObject) }))).toEqual(hit ? ['disable.policy-0a1'] : []);
  });
  it('a default policy is left alone when it leaves both volumes out', async () => {
    const tags = [ROOT, 'vol-0aaaaaaaaaaaaaaa2'].map((ResourceId) => ({ ResourceId, Key: 'Backup', Value: 'no' }));
    const details = { ResourceType: 'VOLUME', Exclusions: { ExcludeTags: [{ Key: 'Backup', Value: 'no' }] } };
    expect(await ids(seen({ ...disabled, tags, policy: policy(details, { DefaultPolicy: true }) }))).toEqual([]);
  });
  it.each([
    ['a policy made', [{ Key: 'aws:dlm:lifecycle-policy-id', Value: 'policy-0a1' }], [`backup.${EARLIER}`]],
    ['a person made', [{ Key: 'Name', Value: 'before the upgrade' }], []],
    ['AWS Backup made', [{ Key: 'aws:backup:source-resource', Value: 'x' }], []],
    ['this case made', [{ Key: 'ir:case', Value: 'IR-2026-7' }], []],
  ])('locks what %s, if it is rotated away', async (_, tags, due) =>
    expect(await ids(seen({ rule: YEAR, snapshots: [backup(tags)], policy: policy({ ResourceTypes: ['VOLUME'], ...target }) }))).toEqual(due),
  );
  it('says what a policy is called without letting it speak to the terminal', async () => {
    const hostile = policy({ ResourceTypes: ['VOLUME'], ...target }, { Description: '\u001b[2Jgone\nnow' });
    const { changes } = await planOf(action, seen({ ...disabled, tags: [{ ResourceId: ROOT, Key: 'Backup', Value: 'daily' }], policy: hostile }));
    expect(changes[0]?.why.en).not.toMatch(/\p{Cc}/u);
  });
  it('refuses a way it does not know', async () =>
    expect(planOf(action, seen({ options: { lifecycle: 'delete' } }))).rejects.toMatchObject({ code: 'BadOption', exit: 2 }));
});
