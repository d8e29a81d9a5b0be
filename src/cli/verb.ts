import pLimit from 'p-limit';
import {
  COLLECTORS_AT_ONCE,
  carryOut,
  contextFor,
  describeChanges,
  event,
  type Outcome,
  planAction,
  planHash,
  runCollector,
  type Session,
  showPlan,
  together,
  watch,
} from '../engine/index.ts';
import { foldFacts } from '../evidence/index.ts';
import { EXIT, type ExitCode, type Facts, type JsonObject, type Target, type Text, text, worstExit } from '../kernel/index.ts';
import { utcTime } from './alarm.ts';
import type { Io } from './io.ts';
import { nextData, nextSteps } from './next.ts';
import { printCli } from './print-cli.ts';
import { closeSession, openSession } from './session.ts';
import { type Command, type CommonFlag, type Ending, type Flag, flag, list, type Positional, string, type Values } from './spec.ts';
import { describeTarget, instanceTarget, keyTarget } from './target.ts';

/** One verb of the procedure: which actions and collectors it runs, on what. */
export interface Verb {
  readonly name: string;
  readonly about: 'key' | 'instance';
  /** @param named the positional, as given */
  /** In their order. Those in a list of their own do not build on one another and run at the same time. */
  actions(values: Values, target: Target, named?: string): readonly (string | readonly string[])[];
  collectors?(values: Values): readonly string[];
  /** The action whose reading --watch repeats afterwards. */
  readonly watched?: string;
  readonly description?: Command['description'];
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly positional: Positional;
  readonly examples: Command['examples'];
  /** On what, where the key or instance of the command line is not all there is to say. */
  target?(session: Session, values: Values, named: string | undefined): Promise<Target>;
  /** Files a person asked for, from the latest observations. */
  files?(io: Io, observed: Facts['observed'], values: Values): Promise<void>;
  /** Members of the result line beside the common ones. */
  result?(observed: Facts['observed']): JsonObject;
  /** What a person is shown at the end, from the latest observations. */
  afterwards?(io: Io, observed: Facts['observed'], values: Values): void;
  /** About the case as a whole when it knows no key. */
  readonly keyOptional?: boolean;
  /** Reads only: no plan, no approval. */
  readonly readOnly?: boolean;
}

export const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Options as actions see them: camelCase, what the case remembers from earlier commands underneath. */
export function optionsOf(session: Session, values: Values, flags: Readonly<Record<string, Flag>> = {}): JsonObject {
  const given: JsonObject = {};
  for (const [name, spec] of Object.entries(flags)) {
    if (spec.kind === 'boolean' && flag(values, name)) given[camel(name)] = true;
    if (spec.kind === 'string' && string(values, name) !== undefined) given[camel(name)] = string(values, name)!;
    if (spec.kind === 'list' && list(values, name).length > 0) given[camel(name)] = [...list(values, name)];
  }
  // A time without a zone is UTC here, whatever zone this machine is in.
  if (typeof given.since === 'string') given.since = utcTime(given.since);
  const remembered: JsonObject = {};
  for (const entry of session.case.entries)
    if (entry.kind === 'facts' && 'options' in entry.body && entry.body.options) Object.assign(remembered, entry.body.options);
  return { ...remembered, ...given };
}

/** Exit code of what was done: a failing check of steps 1 and 4 means not contained. */
export function exitOf(outcomes: readonly Outcome[]): ExitCode {
  return worstExit(
    outcomes.flatMap((one): ExitCode[] => [
      one.verdict === 'fails' ? (one.step === 1 || one.step === 4 ? EXIT.notContained : EXIT.failed) : one.verdict === 'unknown' ? EXIT.partial : EXIT.ok,
      one.open.length > 0 ? EXIT.partial : EXIT.ok,
    ]),
  );
}
export const verdictRows = (outcomes: readonly Outcome[]): JsonObject[] =>
  outcomes.map((one) => ({
    action: one.action,
    step: one.step,
    verdict: one.verdict,
    checks: one.checks.map(({ name, verdict, why }) => ({ name, verdict, why: why.en })),
  }));

export function verb(spec: Verb): Command {
  // A command may give --region a meaning of its own.
  const region = spec.flags && 'region' in spec.flags ? [] : (['region'] as const);
  const common: CommonFlag[] = ['case', 'profile', ...region, ...(spec.readOnly ? [] : (['dry-run', 'print-cli', 'yes'] as const))];
  return {
    ...(spec.description ? { description: spec.description } : {}),
    positionals: [spec.positional],
    ...(spec.flags ? { flags: spec.flags } : {}),
    common,
    examples: spec.examples,
    run: (io, values, positionals) => runVerb(io, values, positionals[0], spec),
  };
}

export const WATCH: Flag = {
  kind: 'boolean',
  brief: text('Then watch whether it stays so, until you press Ctrl-C', 'Después vigilar que siga así, hasta que pulse Ctrl-C'),
};
/** Reads again and again until Ctrl-C; the last reading is the verdict. */
export async function keepWatch(io: Io, session: Session, id: string, request: { target: Target; options: JsonObject }): Promise<Outcome> {
  io.err(io.say(text('Watching. Ctrl-C ends it.', 'Vigilando. Ctrl-C lo termina.')));
  return watch(session, await session.registry.action(id), request, true);
}

async function runVerb(io: Io, values: Values, named: string | undefined, spec: Verb): Promise<Ending> {
  // A list of regions says what to look at, not from where: `openSession` takes its home from one text only.
  const session = await openSession(io, values, { command: spec.name });
  try {
    const target = spec.target
      ? await spec.target(session, values, named)
      : spec.about === 'key'
        ? await keyTarget(session, named ?? string(values, 'key'), spec.keyOptional)
        : await instanceTarget(session, named);
    const options = optionsOf(session, values, spec.flags);
    const groups = spec.actions(values, target, named);
    const ids = groups.flat();
    if (flag(values, 'print-cli')) return await printCli(io, session, ids, target, options);
    if (flag(values, 'dry-run')) return await dryRunPlans(io, session, ids, target, options);
    const outcomes: Outcome[] = [];
    // Loaded before anything is judged: nobody waits for a file while a verdict may fail unheard.
    const loaded = await Promise.all(groups.map((group) => Promise.all([group].flat().map((id) => session.registry.action(id)))));
    const judging: Promise<Outcome>[] = [];
    for (const actions of loaded) {
      // Nothing is changed further before it is known how what was done stands; who only looks need not wait for that.
      if (!actions.every(({ looks }) => looks)) outcomes.push(...(await together(judging.splice(0))));
      const judges = await together(actions.map((action) => carryOut(session, action, { target, options })));
      judging.push(...judges.map((judge) => judge()));
    }
    outcomes.push(...(await together(judging)));
    const at = pLimit(COLLECTORS_AT_ONCE);
    const collect = async (id: string): Promise<Outcome> => runCollector(session, await session.registry.collector(id), { target, options });
    outcomes.push(...(await together((spec.collectors?.(values) ?? []).map((id) => at(() => collect(id))))));
    if (spec.watched && flag(values, 'watch')) outcomes.push(await keepWatch(io, session, spec.watched, { target, options }));
    const exit = exitOf(outcomes);
    const { observed } = foldFacts(session.case.entries);
    await spec.files?.(io, observed, values);
    if (!io.json) spec.afterwards?.(io, observed, values);
    const next = nextSteps(session.case, exit);
    if (next.length > 0) io.emit({ kind: 'event', code: 'next', level: 'info', time: new Date(session.clock.now()).toISOString(), data: nextData(next) });
    return {
      exit,
      result: {
        case: session.case.dir,
        target: describeTarget(target),
        plan: outcomes.findLast((one) => one.plan)?.plan ?? null,
        changes: outcomes.flatMap((one) => one.changes.map((change) => ({ ...change }))),
        verdicts: verdictRows(outcomes),
        ...spec.result?.(observed),
      },
    };
  } finally {
    await closeSession(session);
  }
}

/** What AWS says beforehand, for people. */
const DRY: Readonly<Record<string, Text>> = {
  permitted: text('AWS would permit it', 'AWS lo permitiría'),
  denied: text('AWS would refuse it', 'AWS lo rechazaría'),
  'no-dry-run': text('AWS has no dry run for this call', 'AWS no tiene simulación para esta llamada'),
  undetermined: text('cannot be asked before the steps it needs are done', 'no se puede preguntar antes de hacer los pasos que necesita'),
};

/** Shows the plan and asks AWS, where it models DryRun, whether each change would be permitted. Nothing is changed. */
async function dryRunPlans(io: Io, session: Session, ids: readonly string[], target: Target, options: JsonObject): Promise<Ending> {
  const { dryRun } = await import('../aws/index.ts');
  const changes: JsonObject[] = [];
  let hash: string | null = null;
  for (const id of ids) {
    const action = await session.registry.action(id);
    const { plan } = await planAction(session, action, { target, options });
    hash = planHash(plan);
    session.emit(event(session, 'action', { action: id, step: action.step, title: { ...action.title }, target }, { text: action.title }));
    if (plan.steps.length > 0) showPlan(session, plan, action.title);
    const answers = await dryRun(session.aws, plan);
    for (const change of describeChanges(plan.steps, new Map())) {
      const answer = answers.find((one) => one.id === change.id);
      changes.push({ action: id, id: change.id, call: change.call, state: answer?.result ?? 'undetermined', ...(answer?.code ? { why: answer.code } : {}) });
      if (!io.json)
        io.out(
          `${id}  ${change.call}  ${change.id}: ${DRY[answer?.result ?? 'undetermined']?.[io.lang] ?? answer?.result}${answer?.code ? ` (${answer.code})` : ''}`,
        );
    }
    if (plan.steps.length === 0 && !io.json) io.out(`${id}: nothing to do`);
  }
  await session.aws.flush('dry-run');
  return {
    exit: changes.some((change) => change.state === 'denied') ? EXIT.failed : EXIT.ok,
    result: { case: session.case.dir, plan: hash, changes, verdicts: [] },
  };
}

/** What `respond` and the verbs need to look at one thing outside any action. */
export const looker = (session: Session) => contextFor(session, 'target', {}, {});
