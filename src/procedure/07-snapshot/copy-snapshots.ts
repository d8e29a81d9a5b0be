import { type Action, type Check, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { copyPlan } from './copy-plan.ts';
import { type Copying, isAbroad, readCopying, refuseBlocked } from './copying.ts';
import { statementsFor } from './key-use.ts';

/** What the stack of the case's key asks for in the caller's name. */
export const THROUGH_CLOUDFORMATION = ['kms:CreateAlias', 'kms:CreateKey', 'kms:TagResource'] as const;

type Reading = Awaited<ReturnType<typeof readCopying>>;
const NAMES = ['copied', 'copies-own-key', 'never-public'] as const;

/** Every snapshot has a complete copy where it was asked for. */
function copied({ originals, to, evidence }: Reading): Check {
  const at = `${to.account} ${to.region}`;
  const failed = originals.filter((one) => one.copy?.state === 'error');
  const missing = originals.filter((one) => one.copy === null);
  const pending = originals.filter((one) => one.copy !== null && one.copy.state !== 'completed' && one.copy.state !== 'error');
  const say = (en: string, es: string): Text => text(`${en} (${at}).`, `${es} (${at}).`);
  if (failed.length > 0) {
    const list = failed.map((one) => `${one.snapshotId} -> ${one.copy!.snapshotId}: ${one.copy!.stateMessage || 'no reason given'}`).join(', ');
    return check('copied', 'fails', say(`Copies that ended in error: ${list}`, `Copias que terminaron en error: ${list}`), evidence);
  }
  if (missing.length > 0) {
    const list = missing.map((one) => one.snapshotId).join(', ');
    return check('copied', 'fails', say(`No copy of ${list}`, `No hay copia de ${list}`), evidence);
  }
  const wrong = originals.filter((one) => one.copy!.size !== one.size || one.copy!.owner !== to.account);
  if (wrong.length > 0) {
    const list = wrong.map((one) => `${one.copy!.snapshotId}: ${one.copy!.size} GiB of ${one.copy!.owner}, not ${one.size} GiB of ${to.account}`).join(', ');
    return check('copied', 'fails', say(`Not what was copied: ${list}`, `No es lo que se copió: ${list}`), evidence);
  }
  if (pending.length > 0) {
    const list = pending.map((one) => `${one.copy!.snapshotId} ${one.copy!.progress}`.trim()).join(', ');
    return check('copied', 'unknown', say(`Still being copied: ${list}`, `Aún copiándose: ${list}`), evidence);
  }
  const list = originals.map((one) => `${one.snapshotId} -> ${one.copy!.snapshotId}`).join(', ');
  return check('copied', 'holds', say(`Copied, not yet compared block by block: ${list}`, `Copiadas, aún sin comparar bloque a bloque: ${list}`), evidence);
}

/** What the copies depend on belongs to the account they lie in: no key of the attacked account decides over them. */
function ownKey(seen: Reading): Check {
  const { originals, key, to, evidence } = seen;
  const name = 'copies-own-key';
  if (key !== null && key.found?.state !== 'Enabled')
    return check(
      name,
      'fails',
      text(
        `The key ${key.asked} of the copies is ${key.found?.state ?? 'not there'}.`,
        `La clave ${key.asked} de las copias: ${key.found?.state ?? 'no existe'}.`,
      ),
      evidence,
    );
  const copies = originals.flatMap((one) => one.copy ?? []);
  const foreign = copies.filter((one) => one.encrypted && one.key.split(':')[4] !== to.account);
  if (foreign.length > 0) {
    const list = foreign.map((one) => `${one.snapshotId} (${one.key})`).join(', ');
    return check(name, 'fails', text(`Under a key of another account: ${list}.`, `Bajo una clave de otra cuenta: ${list}.`), evidence);
  }
  if (copies.length < originals.length)
    return check(name, 'fails', text('Not every snapshot has a copy.', 'No todas las instantáneas tienen copia.'), evidence);
  const keys = [...new Set(copies.map((one) => (one.encrypted ? one.key : 'no key')))].join(', ');
  return check(name, 'holds', text(`The copies are under ${keys}.`, `Las copias están bajo ${keys}.`), evidence);
}

function neverPublic({ originals, evidence }: Reading): Check {
  const open = originals.filter((one) => one.sharedWith.includes('all')).map((one) => one.snapshotId);
  return open.length > 0
    ? check(
        'never-public',
        'fails',
        text(`Public, readable by everybody: ${open.join(', ')}.`, `Públicas, legibles por cualquiera: ${open.join(', ')}.`),
        evidence,
      )
    : check('never-public', 'holds', sharedWith(originals), evidence);
}
function sharedWith(originals: Reading['originals']): Text {
  const accounts = [...new Set(originals.flatMap((one) => one.sharedWith))].join(', ');
  return accounts === ''
    ? text('Shared with nobody.', 'No compartidas con nadie.')
    : text(`Shared with ${accounts} only.`, `Compartidas solo con ${accounts}.`);
}

/**
 * Copies of the case's snapshots in a forensic account, another Region, or both. Whatever its encryption, a snapshot goes the shortest
 * way that AWS allows: as it is, shared under its own customer key, or first under a customer key when it is under the managed one.
 */
export const action: Action<Copying> = {
  id: 'copy-snapshots',
  step: 7,
  title: text('Copy the snapshots to the forensic account', 'Copiar las instantáneas a la cuenta forense'),
  permissions: [
    'cloudformation:CreateStack',
    'cloudformation:DescribeStacks',
    'ec2:DescribeSnapshots',
    'ec2:DescribeSnapshotAttribute',
    'ec2:ModifySnapshotAttribute',
    'ec2:CopySnapshot',
    'ec2:CreateTags',
    'iam:GetRole',
    ...THROUGH_CLOUDFORMATION,
    'kms:CreateGrant',
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:ListGrants',
    'kms:RevokeGrant',
    'sts:GetCallerIdentity',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await readCopying(ctx);
    refuseBlocked(observed, statementsFor);
    for (const { copy } of observed.originals)
      if (copy?.state === 'pending')
        ctx.progress(text(`${copy.snapshotId}: ${copy.progress || '0%'}`, `${copy.snapshotId}: ${copy.progress || '0%'}`), {
          snapshotId: copy.snapshotId,
          progress: copy.progress,
        });
    for (const { key, use } of observed.uses)
      if (isAbroad(observed) && (use === null || use.conditional))
        ctx.progress(
          text(
            `Whether ${observed.to.principal} may use ${key} cannot be told from its policy: if not, the copy ends in error and says so`,
            `No se puede saber por su política si ${observed.to.principal} puede usar ${key}: si no, la copia terminará en error y lo dirá`,
          ),
          { key },
        );
    return observed;
  },
  plan: copyPlan,
  check: (ctx) =>
    readable(NAMES, async () => {
      const judge = (seen: Reading): Check[] => [copied(seen), ownKey(seen), neverPublic(seen)];
      return judge(
        await settled(
          ctx,
          () => readCopying(ctx),
          (seen) => judge(seen).every((one) => one.verdict !== 'fails'),
        ),
      );
    }),
};
