import { type Outcome, runAction, runCollector, type Session, together } from '../../engine/index.ts';
import { foldFacts } from '../../evidence/index.ts';
import { type Facts, type JsonObject, type Text, text, utc } from '../../kernel/index.ts';
import type { Identified } from '../../procedure/01-contain-key/identify-key.ts';
import type { Io } from '../io.ts';
import { nextData, nextSteps } from '../next.ts';
import { keySummary } from '../render/key-summary.ts';
import { paint } from '../render/paint.ts';
import { closeSession, openSession } from '../session.ts';
import { type Command, type Ending, type Flag, flag, type Values } from '../spec.ts';
import { describeTarget, keyTarget } from '../target.ts';
import { exitOf, keepWatch, optionsOf, type Verb, verb, verdictRows, WATCH } from '../verb.ts';

export const brief = text('Step 1: switch the leaked key off and deny its user', 'Paso 1: desactivar la clave filtrada y denegar a su usuario');
export const order = 41;

const FLAGS: Readonly<Record<string, Flag>> = {
  who: {
    kind: 'boolean',
    brief: text('Only say whose the key is and what it is used for; change nothing', 'Solo decir de quién es la clave y para qué se usa; no cambiar nada'),
  },
  since: {
    kind: 'string',
    placeholder: 'TIME',
    brief: text(
      'When it may have begun (UTC; default: the alarm’s): what was seen before is taken for yours',
      'Cuándo pudo empezar (UTC; por defecto: el de la alarma): lo visto antes se toma por suyo',
    ),
  },
  watch: WATCH,
  delete: { kind: 'boolean', brief: text('Delete the key, for ever; asks for a typed word', 'Eliminar la clave, para siempre; pide teclear una palabra') },
  reason: {
    kind: 'string',
    placeholder: 'TEXT',
    brief: text('With --delete: why, when nobody has hunted yet', 'Con --delete: por qué, cuando aún no hubo búsqueda'),
  },
  'only-this-key': { kind: 'boolean', brief: text('Leave the other key of the user as it is', 'Dejar como está la otra clave del usuario') },
  user: { kind: 'string', placeholder: 'NAME', brief: text('The IAM user, when AWS does not tell', 'El usuario de IAM, cuando AWS no lo dice') },
};

/** A session cannot be switched off: its role's or user's sessions are revoked instead. */
const containing = (accessKeyId: unknown): string[] => (String(accessKeyId).startsWith('ASIA') ? ['revoke-issuer-sessions'] : ['deactivate-key', 'deny-user']);

/** What was found out about the key, without the hashes of the answers it rests on: those are in the case. */
function whoOf(observed: Facts['observed']): JsonObject {
  const { evidence: _evidence, usage, ...who } = (observed['identify-key'] ?? {}) as JsonObject;
  if (typeof usage !== 'object' || usage === null || Array.isArray(usage)) return { ...who, usage: null };
  const { evidence: _read, ...uses } = usage;
  return { ...who, usage: uses };
}

const VERB: Verb = {
  name: 'contain-key',
  about: 'key',
  actions: (values, target) => (flag(values, 'delete') ? ['delete-key'] : containing(target.accessKeyId)),
  description: text(
    'Says whose the key is and what it is used for, deactivates it (and the other key of the same user), attaches a policy that denies everything to the user, then reads IAM again after the time it needs to agree with itself. For a temporary key (ASIA...) it revokes the sessions of its role or user. All of it can be taken back with undo. Deleting a key cannot: it is done only with --delete, after you typed the word. --watch goes on reading until Ctrl-C; its exit code is that of the last reading.',
    'Dice de quién es la clave y para qué se usa, la desactiva (y la otra clave del mismo usuario), adjunta una política que deniega todo al usuario y relee IAM tras el tiempo que necesita para ser consistente. Para una clave temporal (ASIA...) revoca las sesiones de su rol o usuario. Todo ello se deshace con undo. Eliminar una clave no: solo se hace con --delete y tras teclear la palabra. --watch sigue leyendo hasta Ctrl-C; su código de salida es el de la última lectura.',
  ),
  positional: { name: 'KEY', optional: true, brief: text('Access key id (default: the alarm’s)', 'Identificador de la clave (por defecto: el de la alarma)') },
  flags: FLAGS,
  examples: [
    { line: 'aplomb contain-key AKIA2OGYBAH6STMMNXNN', why: text('show the plan, ask, do it, check it', 'mostrar el plan, preguntar, hacerlo y comprobarlo') },
    { line: 'aplomb contain-key --who AKIA2OGYBAH6STMMNXNN', why: text('whose it is, and what would stop working', 'de quién es, y qué dejaría de funcionar') },
    { line: 'aplomb contain-key --watch', why: text('contain it and keep an eye on it', 'contenerla y no perderla de vista') },
    { line: 'aplomb contain-key --dry-run', why: text('only show what would be done', 'solo mostrar lo que se haría') },
  ],
};
const base = verb(VERB);
const who = verb({
  ...VERB,
  readOnly: true,
  actions: () => ['identify-key'],
  result: (observed) => ({ who: whoOf(observed) }),
  afterwards: (io, observed) => {
    const known = observed['identify-key'] as unknown as Identified | undefined;
    if (known) for (const line of keySummary(known, io.lang, paint(io.colour && process.stdout.isTTY === true))) io.out(line);
  },
});

export const command: Command = {
  ...base,
  run: (io, values, positionals) =>
    flag(values, 'who')
      ? who.run(io, values, positionals)
      : ['dry-run', 'print-cli', 'delete'].some((name) => flag(values, name))
        ? base.run(io, values, positionals)
        : contain(io, values, positionals[0]),
};

async function contain(io: Io, values: Values, named: string | undefined): Promise<Ending> {
  const session = await openSession(io, values, { command: 'contain-key' });
  try {
    const target = await keyTarget(session, named);
    const request = { target, options: optionsOf(session, values, FLAGS) };
    const act = async (id: string): Promise<Outcome> => runAction(session, await session.registry.action(id), request);
    const outcomes: Outcome[] = [await act('identify-key')];
    // The picture of before is taken while the key is cut off, not before: every second counts. It is taken once.
    const kept = session.case.entries.some((entry) => entry.kind === 'verdict' && 'action' in entry.body && entry.body.action === 'iam-state');
    const picture = kept ? [] : [session.registry.collector('iam-state').then((collector) => runCollector(session, collector, request))];
    // Neither waits for the other: what checks the one (seconds, until IAM agrees with itself) would delay the other.
    outcomes.push(...(await together([...containing(target.accessKeyId).map(act), ...picture])));
    if (flag(values, 'watch')) outcomes.push(await keepWatch(io, session, 'watch-containment', request));
    const exit = exitOf(outcomes);
    const open = notYet(session);
    if (!io.json && open.length > 0) {
      io.out(io.say(text('Not contained yet:', 'Aún sin contener:')));
      for (const one of open) io.out(`  - ${io.say(one)}`);
    }
    const next = nextSteps(session.case, exit);
    io.emit({ kind: 'event', code: 'next', level: 'info', time: utc(session.clock.now()), data: nextData(next) });
    const result: JsonObject = {
      case: session.case.dir,
      target: describeTarget(target),
      plan: outcomes.findLast((one) => one.plan)?.plan ?? null,
      changes: outcomes.flatMap((one) => one.changes.map((change) => ({ ...change }))),
      verdicts: verdictRows(outcomes),
      notYet: open.map((one) => one.en),
    };
    return { exit, result };
  } finally {
    await closeSession(session);
  }
}

/** What ending one key does not end. A person who reads "key inactive" must not believe that it is over. */
function notYet(session: Session): Text[] {
  const { verdicts, observed } = foldFacts(session.case.entries);
  const open: Text[] = [];
  if (!observed.hunt)
    open.push(
      text(
        'what was made with the key: instances, functions, users, keys; nobody has hunted yet',
        'lo creado con la clave: instancias, funciones, usuarios, claves; aún no hubo búsqueda',
      ),
      text('sessions of roles got with it: denying the user does not end them', 'las sesiones de roles obtenidas con ella: denegar al usuario no las termina'),
    );
  for (const [id, what] of [
    ['contain-found-keys', text('keys and users the attacker made', 'claves y usuarios creados por el atacante')],
    ['revoke-role-sessions', text('sessions of roles the attacker holds', 'sesiones de rol del atacante')],
  ] as const)
    if (observed.hunt && verdicts[id]?.verdict !== 'holds') open.push(what);
  const identified = observed['identify-key'] as { issuer?: { issuedBy?: string | null } | null } | undefined;
  const asked = identified?.issuer?.issuedBy;
  if (asked?.startsWith('AKIA'))
    open.push(text(`the key that asked for this session: aplomb contain-key ${asked}`, `la clave que pidió esta sesión: aplomb contain-key ${asked}`));
  return open;
}
