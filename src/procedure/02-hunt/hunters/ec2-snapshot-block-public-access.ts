import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { read } from '../hunting/calls.ts';
import { ec2Setting, present } from '../hunting/found.ts';

const TYPE = 'AWS::EC2::SnapshotBlockPublicAccess';
const NOUN = 'snapshot-block-public-access';

/**
 * Whether snapshots may be made public, a setting of the account in each region. Unblocked is where an account begins: only a change
 * to it says something.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Block on public EBS snapshots', 'Bloqueo de instantáneas de EBS públicas'),
  permissions: ['ec2:GetSnapshotBlockPublicAccessState'],
  createdByEvents: ['DisableSnapshotBlockPublicAccess', 'EnableSnapshotBlockPublicAccess'],
  names: ['state'],
  single: true,
  arn: (_id, { partition, region, account }) => `arn:${partition}:ec2:${region}:${account}:${NOUN}/account`,
  async *scan(ctx, region) {
    const { State: state, ManagedBy: by } = await read<{ State?: string; ManagedBy?: string }>(ctx, 'ec2', region, 'GetSnapshotBlockPublicAccessState');
    if (state === undefined) return;
    yield ec2Setting(ctx, TYPE, NOUN, region, { aliases: [state], detail: present({ state: oneLine(state, 40), managedBy: by }) });
  },
};
