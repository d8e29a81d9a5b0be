import { itemsOf, type PlaybookOutcome, playbookIds, runPlaybook, type Session } from '../../engine/index.ts';
import { foldFacts } from '../../evidence/index.ts';
import { AplombError, type Emit, EXIT, type JsonObject, ofKind, type Playbook, type PlaybookOrder, text, utc, worstExit } from '../../kernel/index.ts';
import { wantedRules } from '../../procedure/04-isolate/rules.ts';
import { type HuntResult, huntOf, latestHuntOf } from '../../procedure/shared/hunt-result.ts';
import { writeReport } from '../../report/index.ts';
import { utcTime } from '../alarm.ts';
import { responderIp } from '../detect-ip.ts';
import { ISOLATE_FLAGS, PROTECT_FLAGS, REFERENCE, SNAPSHOT_FLAGS, STOP_FLAGS, TAG_FLAGS, VOLUME_FLAGS } from '../instance-flags.ts';
import type { Io } from '../io.ts';
import { commandsOf, nextData, nextSteps } from '../next.ts';
import { huntJson } from '../render/hunt-line.ts';
import { huntSummary } from '../render/hunt-summary.ts';
import { paint } from '../render/paint.ts';
import { closeSession, openSession } from '../session.ts';
import { type Command, type Flag, list, string, type Values } from '../spec.ts';
import { instanceTarget, keyTarget, usableAccounts } from '../target.ts';
import { exitOf, optionsOf } from '../verb.ts';

export const brief = text(
  'Run a playbook step by step: leaked-key, compromised-instance',
  'Ejecutar un playbook paso a paso: leaked-key, compromised-instance',
);
export const order = 30;

/** How snapshots are locked and kept from schedules; whether is not asked, the playbook does it. */
const { 'lock-mode': lockMode, 'lock-days': lockDays, 'cool-off-hours': coolOffHours, lifecycle } = SNAPSHOT_FLAGS as Record<string, Flag>;
const FLAGS: Readonly<Record<string, Flag>> = {
  ...PROTECT_FLAGS,
  ...ISOLATE_FLAGS,
  ...{ 'lock-mode': lockMode!, 'lock-days': lockDays!, 'cool-off-hours': coolOffHours!, lifecycle: lifecycle! },
  ...TAG_FLAGS,
  ...STOP_FLAGS,
  ...VOLUME_FLAGS,
  ...REFERENCE,
  order: {
    kind: 'string',
    placeholder: 'ORDER',
    brief: text(
      'In which order, where there is a choice: evidence-first (default) or isolate-first',
      'En qué orden, donde se puede elegir: evidence-first (por defecto) o isolate-first',
    ),
  },
  since: { kind: 'string', placeholder: 'TIME', brief: text('When it may have begun (UTC)', 'Cuándo pudo empezar (UTC)') },
  account: {
    kind: 'list',
    placeholder: 'AS',
    brief: text(
      'Hunt and contain in another account too: profile:NAME or the ARN of a role to assume (repeatable)',
      'Buscar y contener también en otra cuenta: profile:NOMBRE o el ARN de un rol que asumir (repetible)',
    ),
  },
};

export const command: Command = {
  description: text(
    'Each item shows its plan and asks before it changes anything; --yes approves them all. Stopped in the middle? The same command goes on where it was: nothing is done twice.',
    'Cada elemento muestra su plan y pregunta antes de cambiar nada; --yes los aprueba todos. ¿Se interrumpió? La misma orden sigue donde estaba: nada se hace dos veces.',
  ),
  positionals: [
    { name: 'PLAYBOOK', brief: text('leaked-key or compromised-instance', 'leaked-key o compromised-instance') },
    {
      name: 'WHAT',
      optional: true,
      brief: text(
        'Access key id, or instance (id, address, Name tag, ARN); default: the case’s',
        'Id de clave, o instancia (id, dirección, etiqueta Name, ARN); por defecto: la del caso',
      ),
    },
  ],
  flags: {
    key: { kind: 'string', placeholder: 'ID', brief: text('Access key id', 'Id de la clave de acceso') },
    instance: { kind: 'string', placeholder: 'INSTANCE', brief: text('Instance', 'Instancia') },
    ...FLAGS,
    waive: {
      kind: 'list',
      placeholder: 'GATE=REASON',
      brief: text('Go through a closed gate, with a reason for the ledger', 'Pasar una puerta cerrada, con un motivo para el registro'),
    },
  },
  common: ['case', 'profile', 'region', 'yes'],
  examples: [
    { line: 'aplomb respond leaked-key --key AKIA2OGYBAH6STMMNXNN', why: text('steps 1 to 3 for a leaked key', 'pasos 1 a 3 para una clave filtrada') },
    {
      line: 'aplomb respond leaked-key --account arn:aws:iam::444455556666:role/IncidentResponse',
      why: text('the same in two accounts, for roles lead from one to the other', 'lo mismo en dos cuentas, pues los roles llevan de una a otra'),
    },
    {
      line: 'aplomb respond compromised-instance 203.0.113.9 --from-ip 198.51.100.7',
      why: text('steps 4 to 10 for an instance', 'pasos 4 a 10 para una instancia'),
    },
    {
      line: 'aplomb respond compromised-instance web-1 --order isolate-first --waive memory=no-tool-on-the-host',
      why: text('cut off at once, and go on without the RAM', 'aislar de inmediato y seguir sin la RAM'),
    },
  ],
  async run(io, values, [name, what]) {
    const session = await openSession(io, values, { command: `respond ${name}` });
    try {
      const begun = Date.now();
      const playbook = await session.registry.playbook(name!);
      const waive = waivers(values, playbook);
      const order = string(values, 'order') ?? rememberedOrder(session);
      itemsOf(playbook, order);
      tellOrder(session, playbook, order);
      const since = string(values, 'since');
      if (since) session.case.append('facts', { alarm: { since: utcTime(since) } });
      const options = optionsOf(session, values, FLAGS);
      const account = playbook.about === 'key' ? await usableAccounts(session, options, list(values, 'account')) : [];
      const target =
        playbook.about === 'key' ? await keyTarget(session, string(values, 'key') ?? what) : await instanceTarget(session, string(values, 'instance') ?? what);
      if (playbook.about === 'instance') Object.assign(options, await responderIp(io, session, options));
      // A wrong address is told before anything is read or frozen, not in the middle.
      if (playbook.about === 'instance') wantedRules({ options }, 22);
      remember(session, options);
      const outcome = await runPlaybook(showingHunts(io, session), playbook, {
        target,
        options: { ...options, account },
        waive,
        ...(order === undefined ? {} : { order }),
      });
      const exit = worstExit([exitOf(outcome.rows), outcome.closed ? EXIT.partial : EXIT.ok]);
      const next = nextSteps(session.case, exit);
      const time = utc(session.clock.now());
      const hunt = playbook.about === 'key' ? huntOf(foldFacts(session.case.entries)) : null;
      if (hunt) showHunt(io, hunt);
      const report = await writeReport(session.case, { lang: io.lang });
      io.emit({ kind: 'event', code: 'report', level: 'info', time, data: { path: report } });
      io.emit({ kind: 'event', code: 'next', level: 'info', time, data: nextData(next) });
      return {
        exit,
        result: {
          case: session.case.dir,
          report,
          playbook: playbook.id,
          seconds: Math.round((Date.now() - begun) / 100) / 10,
          steps: stepRows(outcome),
          ...(outcome.closed ? { closed: { ...outcome.closed } } : {}),
          ...(hunt ? { hunt: huntJson(hunt) } : {}),
          next: commandsOf(next),
        },
      };
    } finally {
      await closeSession(session);
    }
  },
};

function showHunt(io: Io, hunt: HuntResult): void {
  if (!io.json && !io.quiet) for (const line of huntSummary(hunt, io.lang, paint(io.colour))) io.err(line);
}
/** The same session, whose hunts tell what they found as soon as they are judged: a person need not wait for the end to know. */
function showingHunts(io: Io, session: Session): Session {
  const emit: Emit = (event) => {
    session.emit(event);
    if (event.code !== 'verdict' || event.data.action !== 'hunt' || event.data.final === true) return;
    const hunt = latestHuntOf(foldFacts(session.case.entries));
    if (hunt) showHunt(io, hunt);
  };
  return { ...session, emit };
}

/** One row per action or collector, with its checks; what a closed gate kept from being done is "skipped". */
export const stepRows = (outcome: PlaybookOutcome): JsonObject[] => [
  ...outcome.rows.map((row) => ({
    step: row.step,
    id: row.action,
    verdict: row.verdict,
    checks: row.checks.map(({ name, verdict, why }) => ({ name, verdict, why: why.en })),
    why: row.checks.find((check) => check.verdict === row.verdict)?.why.en ?? '',
  })),
  ...outcome.skipped.map(({ id, step }) => ({
    step,
    id,
    verdict: 'skipped',
    checks: [],
    why: outcome.closed ? `the gate "${outcome.closed.gate}" is closed: ${outcome.closed.why}` : '',
  })),
];

/** An order chosen once stays: a command started again goes on in it. */
const rememberedOrder = ({ case: { entries } }: Session): string | undefined =>
  entries.flatMap((entry) => (ofKind('facts')(entry) && entry.body.options ? [entry.body.options.order] : [])).findLast((one) => typeof one === 'string');
/** One sentence each: what this order gives up for what, and what the others do. */
function tellOrder(session: Session, playbook: Playbook, order: string | undefined): void {
  if (!playbook.order) return;
  const all: readonly PlaybookOrder[] = [playbook.order, ...(playbook.others ?? [])];
  const mine = all.find(({ id }) => id === (order ?? playbook.order!.id))!;
  const others = all.filter((other) => other !== mine).map(({ id, trade }) => ({ id, trade: { ...trade } }));
  session.emit({ kind: 'event', code: 'order', level: 'info', time: utc(session.clock.now()), text: mine.trade, data: { order: mine.id, others } });
}

function waivers(values: Values, playbook: Playbook): Record<string, string> {
  const gates = [
    ...new Set([playbook.items, ...(playbook.others ?? []).map(({ items }) => items)].flat().flatMap((item) => ('gate' in item ? [item.gate] : []))),
  ];
  return Object.fromEntries(
    list(values, 'waive').map((given) => {
      const [gate = '', ...reason] = given.split('=');
      if (!gates.includes(gate))
        throw new AplombError('UnknownGate', `"${playbook.id}" has no gate "${gate.slice(0, 60)}"`, {
          exit: EXIT.usage,
          fix: gates.length > 0 ? `Its gates: ${gates.join(', ')}. It runs: ${playbookIds(playbook).join(', ')}.` : 'It has no gates.',
        });
      return [gate, reason.join('=')];
    }),
  );
}

/** Options stay with the case, so that a resumed command need not repeat them. */
function remember(session: Session, options: JsonObject): void {
  if (Object.keys(options).length > 0) session.case.append('facts', { options });
}
