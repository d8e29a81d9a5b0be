import { type Action, type ActionContext, AplombError, EXIT, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { ec2, filter } from '../shared/ec2.ts';
import { snapshotCopies } from '../shared/snapshot-copies.ts';
import { readCopying } from './copying.ts';
import { isEqual, lastVerification } from './verification.ts';

interface Leftovers {
  readonly region: string;
  readonly left: readonly { readonly snapshotId: string; readonly original: string; readonly copy: string }[];
}

/** Re-encrypted copies on the way. Each may go only when its original is there and the last copy is wholly the same. @throws AplombError NotVerified */
async function read(ctx: ActionContext): Promise<Leftovers & { readonly evidence: readonly string[]; readonly unverified: readonly string[] }> {
  const { originals, region, instanceId, to, evidence } = await readCopying(ctx);
  const here = await snapshotCopies(ctx, { region }, { instanceId });
  const verified = lastVerification(ctx);
  const pairs = verified?.instanceId === instanceId && verified.account === to.account && verified.region === to.region ? verified.pairs : [];
  const rows = here.copies
    .filter((one) => one.kind === 're-encrypted')
    .map(({ snapshotId, sourceSnapshot }) => {
      const original = originals.find((one) => one.snapshotId === sourceSnapshot);
      const copy = original?.copy?.snapshotId ?? '';
      const whole = pairs.some((pair) => pair.original === sourceSnapshot && pair.copy === copy && pair.sample === null && isEqual(pair));
      return { snapshotId, original: sourceSnapshot, copy, whole: whole && original?.copy?.state === 'completed' };
    });
  return {
    region,
    left: rows.filter((one) => one.whole).map(({ whole: _, ...one }) => one),
    unverified: rows.filter((one) => !one.whole).map((one) => one.snapshotId),
    evidence: [...evidence, ...here.evidence],
  };
}

const plan = ({ region, left }: Leftovers): Step[] =>
  left.map(({ snapshotId, original, copy }) => ({
    id: `delete-${snapshotId}`,
    why: text(
      `The intermediate copy ${snapshotId} has served: ${original} and ${copy} are the same, block by block`,
      `La copia intermedia ${snapshotId} ya cumplió: ${original} y ${copy} son iguales, bloque a bloque`,
    ),
    call: ec2(region, 'DeleteSnapshot', { SnapshotId: snapshotId }),
    repeat: 'safe',
    // Its absence is seen beside the original, which must still be there.
    probe: {
      call: ec2(region, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('snapshot-id', original, snapshotId)] }),
      done: [{ path: 'Snapshots[].SnapshotId', is: [original] }],
      ready: [{ path: 'Snapshots[].SnapshotId', is: [original, snapshotId] }],
    },
    undo: { never: text('a deleted snapshot is gone; the original and the copy stay', 'una instantánea borrada no vuelve; quedan el original y la copia') },
    danger: [text(`${snapshotId} is deleted for ever`, `${snapshotId} se borra para siempre`)],
    typed: 'delete',
  }));

/** Only when asked for, and only what was compared whole: the originals and the copies are never touched. */
export const action: Action<Leftovers> = {
  id: 'remove-intermediate-copies',
  step: 7,
  title: text('Delete the intermediate copies that have served', 'Borrar las copias intermedias que ya cumplieron'),
  permissions: [
    'ec2:DeleteSnapshot',
    'ec2:DescribeSnapshotAttribute',
    'ec2:DescribeSnapshots',
    'iam:GetRole',
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:ListGrants',
    'sts:GetCallerIdentity',
  ],
  async observe(ctx) {
    const { evidence: _evidence, unverified, ...observed } = await read(ctx);
    if (unverified.length > 0)
      throw new AplombError('NotVerified', `Their copies were not compared with the originals, block by block and whole: ${unverified.join(', ')}.`, {
        exit: EXIT.partial,
        fix: 'Compare them first: aplomb copy with the same options and without --sample.',
      });
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(['intermediate-gone'], async () => {
      const left = (seen: Awaited<ReturnType<typeof read>>): string[] => [...seen.left.map((one) => one.snapshotId), ...seen.unverified];
      const seen = await settled(
        ctx,
        () => read(ctx),
        (one) => left(one).length === 0,
      );
      const still = left(seen).join(', ');
      return [
        still === ''
          ? check('intermediate-gone', 'holds', text('No intermediate copy is left.', 'No queda ninguna copia intermedia.'), seen.evidence)
          : check('intermediate-gone', 'fails', text(`Still there: ${still}.`, `Siguen ahí: ${still}.`), seen.evidence),
      ];
    }),
};
