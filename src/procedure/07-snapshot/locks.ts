import { type ActionContext, AplombError, type Change, type Check, EXIT, type JsonObject, text, utc } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import { ec2 } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';

/** What EC2 says of one snapshot's lock. DescribeLockedSnapshots knows only those that are or were locked. */
export interface Lock {
  readonly snapshotId: string;
  /** governance, compliance-cooloff, compliance, expired; none when EC2 knows of no lock. */
  readonly state: string;
  /** Days. */
  readonly duration: number;
  /** UTC; empty while the snapshot is pending, when the days do not count yet. */
  readonly expires: string;
  /** UTC; empty without a cooling-off period. */
  readonly coolOffEnds: string;
}
/** How long and how firmly, as asked for. */
export interface LockWish {
  readonly mode: 'governance' | 'compliance';
  readonly days: number;
  /** Hours during which a compliance lock can still be taken back. */
  readonly coolOffHours: number;
}

/**
 * A year: an investigation and what follows it in court or at the insurer last months, and a governance lock may be lifted on any
 * day by whoever is allowed to. One that nobody can lift is never made longer than it was asked to be.
 */
const DAYS = 365;
const COOL_OFF = 24;
const LONGEST = 36_500;

const whole = (value: string | undefined, name: string, usual: number, longest: number): number => {
  if (value === undefined) return usual;
  const number = Number(value);
  if (!/^\d{1,6}$/.test(value) || number < 1 || number > longest)
    throw new AplombError('BadOption', `${name} takes a whole number from 1 to ${longest}, not ${JSON.stringify(value)}.`, {
      exit: EXIT.usage,
      fix: 'Correct it and run the command again.',
    });
  return number;
};

/** @throws AplombError BadOption (exit 2) */
export function lockWish(ctx: Pick<ActionContext, 'options'>): LockWish {
  const mode = textOption(ctx, 'lockMode') ?? 'governance';
  if (mode !== 'governance' && mode !== 'compliance')
    throw new AplombError('BadOption', `A snapshot is locked in governance or in compliance mode, not in ${JSON.stringify(mode)}.`, {
      exit: EXIT.usage,
      fix: '--lock-mode governance can be lifted by whoever may; --lock-mode compliance by nobody.',
    });
  const days = textOption(ctx, 'lockDays');
  if (mode === 'compliance' && days === undefined)
    throw new AplombError('BadOption', 'A compliance lock needs its days said: nobody can shorten it afterwards.', {
      exit: EXIT.usage,
      fix: 'Add --lock-days N. Snapshots are paid for as long as they are locked.',
    });
  return {
    mode,
    days: whole(days, '--lock-days', DAYS, LONGEST),
    coolOffHours: whole(textOption(ctx, 'coolOffHours'), '--cool-off-hours', COOL_OFF, 72),
  };
}

interface Answer {
  Snapshots?: { SnapshotId?: string; LockState?: string; LockDuration?: number; LockExpiresOn?: string; CoolOffPeriodExpiresOn?: string }[];
}
const NO_LOCK = { state: 'none', duration: 0, expires: '', coolOffEnds: '' };

/** The locks of these snapshots, in their order. */
export async function locksOf(ctx: ActionContext, region: string, ids: readonly string[]): Promise<{ locks: Lock[]; evidence: readonly string[] }> {
  if (ids.length === 0) return { locks: [], evidence: [] };
  const { output, evidence } = await ctx.readAll<Answer>(ec2(region, 'DescribeLockedSnapshots', { SnapshotIds: [...ids] }));
  const known = new Map((output.Snapshots ?? []).map((one) => [one.SnapshotId, one]));
  const locks = ids.map((snapshotId): Lock => {
    const one = known.get(snapshotId);
    if (!one) return { snapshotId, ...NO_LOCK };
    return {
      snapshotId,
      state: one.LockState ?? 'none',
      duration: one.LockDuration ?? 0,
      expires: one.LockExpiresOn ?? '',
      coolOffEnds: one.CoolOffPeriodExpiresOn ?? '',
    };
  });
  return { locks, evidence };
}

const HELD = ['governance', 'compliance-cooloff', 'compliance'] as const;
export const isLocked = (lock: Lock): boolean => (HELD as readonly string[]).includes(lock.state);
/** Locked at least as firmly and as long as wished. */
const enough = (lock: Lock, wish: LockWish): boolean =>
  isLocked(lock) && (wish.mode === 'governance' || lock.state !== 'governance') && lock.duration >= wish.days;

/**
 * One LockSnapshot per snapshot that is not held as wished. A lock is never made shorter or weaker. The typed word is asked once:
 * the first change carries it, and none is sent before it was given.
 * @param locks of all the snapshots
 */
export function lockChanges(region: string, locks: readonly Lock[], wish: LockWish, idOf = (lock: Lock) => `lock.${lock.snapshotId}`): Change[] {
  const due = locks.filter((lock) => !enough(lock, wish));
  const list = due.map((lock) => lock.snapshotId).join(', ');
  return due.map((lock, index): Change => {
    const { snapshotId } = lock;
    // What is held in compliance stays so and is only extended; a cooling-off period is for new locks.
    const mode = lock.state === 'compliance' || lock.state === 'compliance-cooloff' ? 'compliance' : wish.mode;
    const fresh = mode === 'compliance' && lock.state !== 'compliance';
    const days = Math.max(wish.days, isLocked(lock) ? lock.duration : 0);
    const input: JsonObject = { SnapshotId: snapshotId, LockMode: mode, LockDuration: days, ...(fresh ? { CoolOffPeriod: wish.coolOffHours } : {}) };
    const firm = text(
      `For ${days} days nobody, not even AWS or the root user, can delete ${list}, and they are paid for as long. It can be taken back for ${wish.coolOffHours} hours only.`,
      `Durante ${days} días nadie, ni AWS ni el usuario raíz, puede borrar ${list}, y se pagan todo ese tiempo. Solo se puede deshacer durante ${wish.coolOffHours} horas.`,
    );
    return {
      id: idOf(lock),
      why:
        mode === 'governance'
          ? text(`Lock ${snapshotId} for ${days} days (governance)`, `Bloquear ${snapshotId} durante ${days} días (gobernanza)`)
          : text(
              `Lock ${snapshotId} for ${days} days (compliance, cooling-off ${wish.coolOffHours} h)`,
              `Bloquear ${snapshotId} durante ${days} días (conformidad, reflexión ${wish.coolOffHours} h)`,
            ),
      call: ec2(region, 'LockSnapshot', input),
      repeat: 'safe',
      lag: ['InvalidSnapshot.NotFound'],
      probe: {
        call: ec2(region, 'DescribeLockedSnapshots', { SnapshotIds: [snapshotId] }),
        pick: { from: 'Snapshots', where: [{ path: 'SnapshotId', is: snapshotId }] },
        done: [
          { path: '[0].LockState', in: mode === 'governance' ? ['governance'] : ['compliance', 'compliance-cooloff'] },
          { path: '[0].LockDuration', is: days },
        ],
        ready: formerly(lock),
      },
      undo: /^compliance/.test(lock.state)
        ? { never: text('somebody’s compliance lock was made longer: it is never shortened', 'se prolongó un bloqueo de conformidad ajeno: no se acorta') }
        : backTo(region, lock, mode),
      danger: mode === 'compliance' ? [firm] : [],
      ...(mode === 'compliance' && index === 0 ? { typed: 'compliance' } : {}),
    };
  });
}

/** As it was before, in the words of a probe. */
const formerly = (lock: Lock) =>
  isLocked(lock)
    ? [
        { path: '[0].LockState', is: lock.state },
        { path: '[0].LockDuration', is: lock.duration },
      ]
    : [{ path: "length([?LockState!='expired'])", is: 0 }];

/** Evidence loses its protection only when somebody names it. */
function backTo(region: string, lock: Lock, mode: string): Change['undo'] {
  const { snapshotId, expires } = lock;
  const ask =
    mode === 'compliance'
      ? text(
          `Unlocking ${snapshotId} makes evidence deletable. It works only while the cooling-off period lasts.`,
          `Desbloquear ${snapshotId} vuelve borrable la evidencia. Solo funciona mientras dura el período de reflexión.`,
        )
      : text(`Unlocking ${snapshotId} makes evidence deletable.`, `Desbloquear ${snapshotId} vuelve borrable la evidencia.`);
  const unlock = ec2(region, 'UnlockSnapshot', { SnapshotId: snapshotId });
  if (!isLocked(lock)) return { calls: [unlock], ask, already: ['SnapshotNotLocked'], done: formerly(lock) };
  // It was locked before the case: that lock comes back, to the second if AWS had said when it ends.
  const former: JsonObject = expires ? { ExpirationDate: expires } : { LockDuration: lock.duration };
  return {
    calls: [ec2(region, 'LockSnapshot', { SnapshotId: snapshotId, LockMode: 'governance', ...former })],
    ask,
    done: [{ path: '[0].LockState', is: 'governance' }, expires ? { path: '[0].LockExpiresOn', is: expires } : { path: '[0].LockDuration', is: lock.duration }],
  };
}

/** Does every snapshot stand under a lock that outlasts the moment? */
export function lockCheck(name: string, locks: readonly Lock[], wish: LockWish, now: number, evidence: readonly string[]): Check {
  if (locks.length === 0)
    return check(name, 'unknown', text('The case has no snapshot to lock yet.', 'El caso aún no tiene instantáneas que bloquear.'), evidence);
  const open = locks.filter((lock) => !isLocked(lock) || (lock.expires !== '' && Date.parse(lock.expires) <= now));
  if (open.length > 0) {
    const list = open.map((lock) => `${lock.snapshotId} (${lock.state})`).join(', ');
    return check(name, 'fails', text(`Not locked, and so deletable: ${list}.`, `Sin bloqueo y, por tanto, borrables: ${list}.`), evidence);
  }
  const weak = locks.filter((lock) => !enough(lock, wish));
  if (weak.length > 0) {
    const list = weak.map((lock) => `${lock.snapshotId} (${lock.state}, ${lock.duration})`).join(', ');
    return check(
      name,
      'fails',
      text(
        `Locked, but not as asked (${wish.mode}, ${wish.days} days): ${list}.`,
        `Bloqueadas, pero no como se pidió (${wish.mode}, ${wish.days} días): ${list}.`,
      ),
      evidence,
    );
  }
  const cooling = locks.filter((lock) => lock.state === 'compliance-cooloff');
  const until = cooling[0]?.coolOffEnds ? ` ${cooling[0].coolOffEnds}` : '';
  const list = locks.map((lock) => `${lock.snapshotId} ${lock.state}${lock.expires ? ` ${utc(Date.parse(lock.expires)).slice(0, 10)}` : ''}`).join(', ');
  const en = cooling.length > 0 ? ` Still in the cooling-off period${until}: until then they can be unlocked.` : '';
  const es = cooling.length > 0 ? ` Aún en período de reflexión${until}: hasta entonces se pueden desbloquear.` : '';
  return check(
    name,
    'holds',
    text(
      `Locked: ${list}.${en} A lock does not protect the KMS key: if that is deleted they cannot be read any more.`,
      `Bloqueadas: ${list}.${es} Un bloqueo no protege la clave de KMS: si se borra, dejan de poder leerse.`,
    ),
    evidence,
  );
}
