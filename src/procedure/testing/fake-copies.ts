import type { BlockSource, Call, Json, JsonObject } from '../../kernel/index.ts';
import { type FakeContext, failure, fakeContext } from './fake-context.ts';

/** What AWS would answer about snapshots, their copies and their keys in two accounts. Tests change it between plan and check. */
export const HOME = '111122223333';
export const FORENSIC = '444455556666';
export const AS = `arn:aws:iam::${FORENSIC}:role/Forensics`;
export const CUSTOMER = `arn:aws:kms:eu-west-1:${HOME}:key/11111111-1111-4111-a111-111111111111`;
export const MANAGED = `arn:aws:kms:eu-west-1:${HOME}:key/22222222-2222-4222-a222-222222222222`;
export const THEIRS = `arn:aws:kms:eu-west-1:${FORENSIC}:key/33333333-3333-4333-a333-333333333333`;

export interface FakeCopies {
  snapshots: JsonObject[];
  /** In the account the snapshots come from, and in the forensic one. */
  here: JsonObject[];
  there: JsonObject[];
  shared: Record<string, JsonObject[]>;
  /** By ARN. */
  keys: Record<string, { manager: string; state: string; policy: string; grants: JsonObject[] }>;
  aliases: Record<string, string>;
}
const OPEN = JSON.stringify({
  Version: '2012-10-17',
  Statement: [HOME, FORENSIC].map((account) => ({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' })),
});
export const OWN_ONLY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HOME}:root` }, Action: 'kms:*', Resource: '*' }],
});
export const fakeCopies = (): FakeCopies => ({
  snapshots: [],
  here: [],
  there: [],
  shared: {},
  keys: {
    [CUSTOMER]: { manager: 'CUSTOMER', state: 'Enabled', policy: OPEN, grants: [] },
    [MANAGED]: { manager: 'AWS', state: 'Enabled', policy: OWN_ONLY, grants: [] },
    [THEIRS]: { manager: 'CUSTOMER', state: 'Enabled', policy: OWN_ONLY, grants: [] },
  },
  aliases: {},
});

export const original = (n: number, more: JsonObject = {}): JsonObject => ({
  SnapshotId: `snap-0a0a0a0a0a0a0a${String(n).padStart(3, '0')}`,
  VolumeId: `vol-0b0b0b0b0b0b0b${String(n).padStart(4, '0')}`,
  State: 'completed',
  StartTime: '2026-11-22T12:00:01.000Z',
  VolumeSize: 8,
  Progress: '100%',
  OwnerId: HOME,
  Encrypted: false,
  ...more,
});
export const copyFrom = (source: JsonObject, more: JsonObject = {}, kind = 'copy'): JsonObject => ({
  ...source,
  SnapshotId: String(source.SnapshotId).replace('0a0a', kind === 'copy' ? '0c0c' : '0d0d'),
  VolumeId: 'vol-ffffffff',
  OwnerId: FORENSIC,
  Encrypted: true,
  KmsKeyId: THEIRS,
  Tags: [
    { Key: 'ir:copy', Value: kind },
    { Key: 'ir:source-snapshot', Value: source.SnapshotId! },
    { Key: 'ir:source-volume', Value: source.VolumeId! },
  ],
  ...more,
});

export function copiesContext(
  world: FakeCopies,
  more: { options?: JsonObject; facts?: JsonObject; blocks?: (region: string, id: string, as?: string) => BlockSource } = {},
): FakeContext {
  const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));
  const input = (call: Call): JsonObject => call.input as JsonObject;
  const keyOf = (call: Call) => {
    const given = String(input(call).KeyId);
    const arn = world.aliases[given] ?? given;
    return world.keys[arn] ? { arn, ...world.keys[arn] } : undefined;
  };
  return fakeContext({
    target: { instanceId: 'i-0123456789abcdef0', region: 'eu-west-1', account: HOME },
    options: { forensic: AS, ...more.options },
    ...(more.blocks ? { blocks: more.blocks } : {}),
    facts: (more.facts ?? {}) as never,
    answers: {
      'sts:GetCallerIdentity': ({ as }) =>
        as ? { Account: FORENSIC, Arn: `arn:aws:sts::${FORENSIC}:assumed-role/Forensics/x` } : { Account: HOME, Arn: `arn:aws:iam::${HOME}:user/ann` },
      'ec2:DescribeSnapshots': (call) => {
        const copies = JSON.stringify(input(call)).includes('ir:source-instance');
        return json({ Snapshots: copies ? (call.as || call.region !== 'eu-west-1' ? world.there : world.here) : world.snapshots });
      },
      'ec2:DescribeSnapshotAttribute': (call) => json({ CreateVolumePermissions: world.shared[String(input(call).SnapshotId)] ?? [] }),
      'kms:DescribeKey': (call) => {
        const key = keyOf(call);
        return key ? json({ KeyMetadata: { Arn: key.arn, KeyManager: key.manager, KeyState: key.state } }) : failure('NotFound');
      },
      'kms:GetKeyPolicy': (call) => json({ Policy: keyOf(call)?.policy }),
      'kms:ListGrants': (call) => json({ Grants: keyOf(call)?.grants ?? [] }),
    },
  });
}
