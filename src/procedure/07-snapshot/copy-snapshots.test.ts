import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { AS, CUSTOMER, copiesContext, copyFrom, FORENSIC, fakeCopies, MANAGED, OWN_ONLY, original, THEIRS } from '../testing/fake-copies.ts';
import { verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './copy-snapshots.ts';

const world = (...snapshots: JsonObject[]) => ({ ...fakeCopies(), snapshots });
const ids = async (seen: ReturnType<typeof fakeCopies>, options: JsonObject = {}) =>
  (await planOf(action, copiesContext(seen, { options }))).steps.map((step) => step.id.replace(/snap-0a0a0a0a0a0a0a/, '').replace(/-[0-9a-f]{8}-.*/, ''));
const refused = (seen: ReturnType<typeof fakeCopies>, options: JsonObject = {}) => Promise.resolve(action.observe(copiesContext(seen, { options })));
const customer = original(1, { Encrypted: true, KmsKeyId: CUSTOMER });
const managed = original(1, { Encrypted: true, KmsKeyId: MANAGED });

describe('the way of a snapshot', () => {
  it('is to be shared and copied as it is, or under its own customer key', async () => {
    expect(await ids(world(original(1)))).toEqual(['share-001', 'copy-001', 'copied-001']);
    expect(await ids(world(customer))).toEqual(['share-001', 'copy-001', 'copied-001']);
  });
  it('begins with a copy under a customer key when it is under the managed one', async () =>
    expect(await ids(world(managed), { sourceKey: CUSTOMER })).toEqual(['reencrypt-001', 'reencrypted-001', 'share-001', 'copy-001', 'copied-001']));
  it('goes on from the copy that is there already', async () => {
    const between = copyFrom(managed, { OwnerId: '111122223333', KmsKeyId: CUSTOMER }, 're-encrypted');
    const seen = { ...world(managed), here: [between], shared: { [String(between.SnapshotId)]: [{ UserId: FORENSIC }] } };
    const { steps, changes } = await planOf(action, copiesContext(seen, { options: { sourceKey: CUSTOMER } }));
    expect(steps.map((step) => step.id)).toEqual([`copy-${managed.SnapshotId}`, `copied-${managed.SnapshotId}`]);
    expect(changes[0]?.call.input).toMatchObject({ SourceSnapshotId: between.SnapshotId });
  });
  it('waits for a snapshot that is still being taken', async () =>
    expect(await ids(world(original(1, { State: 'pending' })))).toEqual(['taken-001', 'share-001', 'copy-001', 'copied-001']));
  it('is empty once the copy is there, and only waits while it is under way', async () => {
    expect(await ids({ ...world(customer), there: [copyFrom(customer)] })).toEqual([]);
    expect(await ids({ ...world(customer), there: [copyFrom(customer, { State: 'pending' })] })).toEqual(['on-the-way']);
    expect(await ids({ ...world(customer), there: [copyFrom(customer, { State: 'error' })] })).toHaveLength(3);
  });
  it('asks for another copy under another key', async () => {
    const seen = { ...world(customer), there: [copyFrom(customer, { KmsKeyId: `arn:aws:kms:eu-west-1:${FORENSIC}:key/default` })] };
    expect(await ids(seen, { forensicKey: THEIRS })).toContain('copy-001');
    expect(await ids(seen)).toEqual([]);
  });
  it('lets no more than twenty copies run at once', async () => {
    const { changes } = await planOf(action, copiesContext(world(...Array.from({ length: 22 }, (_, n) => original(n)))));
    const late = changes.filter((change) => change.id.startsWith('copy-') && change.after?.length);
    expect(late.map((change) => [change.id.slice(-3), change.after])).toEqual([
      ['020', ['copied-snap-0a0a0a0a0a0a0a000']],
      ['021', ['copied-snap-0a0a0a0a0a0a0a001']],
    ]);
  });
});

describe('what is sent', () => {
  it('shares with one account, never a group, and tells where the copy comes from', async () => {
    const { changes } = await planOf(action, copiesContext(world(customer), { options: { forensicKey: THEIRS } }));
    const [share, copy] = changes;
    expect(share?.call.input).toEqual({ SnapshotId: customer.SnapshotId, Attribute: 'createVolumePermission', OperationType: 'add', UserIds: [FORENSIC] });
    expect(copy?.call).toMatchObject({ as: AS, region: 'eu-west-1', input: { SourceRegion: 'eu-west-1', Encrypted: true, KmsKeyId: THEIRS } });
    const input = copy!.call.input as unknown as { TagSpecifications: { Tags: JsonObject[] }[] };
    expect(input.TagSpecifications[0]?.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'ir:change', Value: { $token: true } },
        { Key: 'ir:source-account', Value: '111122223333' },
        { Key: 'ir:source-snapshot', Value: customer.SnapshotId },
        { Key: 'ir:source-volume', Value: customer.VolumeId },
      ]),
    );
    expect(JSON.stringify(changes)).not.toContain('"all"');
    expect(copy?.undo).toHaveProperty('kept');
  });
  it('makes a key of the case, once', async () => {
    const seen = world(customer);
    const { steps, changes } = await planOf(action, copiesContext(seen, { options: { forensicKey: 'create' } }));
    expect(changes.map((change) => change.call.operation)).toEqual(['CreateStack', 'ModifySnapshotAttribute', 'CopySnapshot']);
    expect(changes[0]?.call.as).toBe(AS);
    const body = JSON.parse(String((changes[0]!.call.input as JsonObject).TemplateBody));
    expect(Object.values<JsonObject>(body.Resources).map((one) => one.DeletionPolicy)).toEqual(['Retain', 'Retain']);
    expect(steps.map((step) => step.id)).toContain('key-made');
    expect(changes[2]?.call.input).toMatchObject({ KmsKeyId: { $ref: expect.stringMatching(/^key-made#/) } });
    seen.aliases['alias/aplomb-IR-2026-7'] = THEIRS;
    expect(await ids(seen, { forensicKey: 'create' })).toEqual(['share-001', 'copy-001', 'copied-001']);
  });
  it('grants what is missing when asked to, and waits until that counts', async () => {
    const seen = world(customer);
    seen.keys[CUSTOMER]!.policy = OWN_ONLY;
    expect(await ids(seen, { grant: 'create' })).toEqual(['grant', 'granted', 'share-001', 'copy-001', 'copied-001']);
    const { changes } = await planOf(action, copiesContext(seen, { options: { grant: 'create' } }));
    expect(changes[0]?.call.input).toMatchObject({ KeyId: CUSTOMER, GranteePrincipal: AS, Name: `aplomb-IR-2026-7-${FORENSIC}` });
    expect(changes[0]?.undo).toMatchObject({ ask: expect.anything(), calls: [{ until: expect.anything() }, { operation: 'RevokeGrant' }] });
  });
});

describe('refuses before anything begins', () => {
  it.each([
    ['KeyNotShared', { ...world(customer), keys: { ...fakeCopies().keys, [CUSTOMER]: { ...fakeCopies().keys[CUSTOMER]!, policy: OWN_ONLY } } }, {}],
    ['NoSourceKey', world(managed), {}],
    ['NoSourceKey', world(managed), { sourceKey: MANAGED }],
    ['UnknownKey', world(customer), { forensicKey: 'alias/none' }],
    ['UnknownKey', world(managed), { sourceKey: 'alias/none' }],
    ['KeyUnusable', { ...world(customer), keys: { ...fakeCopies().keys, [CUSTOMER]: { ...fakeCopies().keys[CUSTOMER]!, state: 'PendingDeletion' } } }, {}],
    ['SnapshotFailed', world(original(1, { State: 'error', StateMessage: 'no key' })), {}],
    ['NoSnapshot', world(), {}],
    ['InvalidRegion', world(customer), { forensicRegion: 'here; rm -rf' }],
    ['NoDestination', world(customer), { forensic: '' }],
  ])('%s', async (code, seen, options) => expect(refused(seen, options)).rejects.toMatchObject({ code, fix: expect.any(String) }));
});

describe('the verdict', () => {
  const judged = async (seen: ReturnType<typeof fakeCopies>, options: JsonObject = {}) => verdictsOf(await action.check(copiesContext(seen, { options })));
  const good = () => ({ ...world(customer), there: [copyFrom(customer)] });
  it('holds for complete copies of their size under their own account’s key', async () =>
    expect(await judged(good(), { forensicKey: THEIRS })).toEqual({ copied: 'holds', 'copies-own-key': 'holds', 'never-public': 'holds' }));
  it.each([
    ['no copy', { ...good(), there: [] }, { copied: 'fails' }],
    ['a failed one', { ...good(), there: [copyFrom(customer, { State: 'error', StateMessage: 'Given key ID is not accessible' })] }, { copied: 'fails' }],
    ['one under way', { ...good(), there: [copyFrom(customer, { State: 'pending' })] }, { copied: 'unknown' }],
    ['one of another size', { ...good(), there: [copyFrom(customer, { VolumeSize: 9 })] }, { copied: 'fails' }],
    ['one of another owner', { ...good(), there: [copyFrom(customer, { OwnerId: '999988887777' })] }, { copied: 'fails' }],
    ['the attacked account’s key', { ...good(), there: [copyFrom(customer, { KmsKeyId: CUSTOMER })] }, { 'copies-own-key': 'fails' }],
    ['a public snapshot', { ...good(), shared: { [String(customer.SnapshotId)]: [{ Group: 'all' }] } }, { 'never-public': 'fails' }],
  ])('with %s', async (_what, seen, verdict) => expect(await judged(seen)).toMatchObject(verdict));
  it('fails without the key of the case', async () => expect(await judged(good(), { forensicKey: 'create' })).toMatchObject({ 'copies-own-key': 'fails' }));
});
