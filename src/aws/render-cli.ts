import { plainText } from '../i18n/index.ts';
import {
  type Call,
  type Change,
  isChange,
  isPause,
  isRead,
  type Lang,
  type Plan,
  type Probe,
  type Read,
  type Step,
  tokenOf,
  type Value,
} from '../kernel/index.ts';
import { cliOperation, cliService } from './cli-names.ts';
import { PREAMBLE } from './cli-preamble.ts';
import { condition, type Fragment, hereDocument, jsonText, type Names, NOW, quote, word } from './cli-values.ts';
import { beginning, parseCredentialSet, sessionName } from './credential-sets.ts';

/** Services of a call that no aws command carries out. */
const NO_CLI = new Set(['guest', 'evidence', 'case', 'person']);

/**
 * Plans as bash lines for the aws CLI (v1 and v2): the same calls in the same order, refs as variables that hold JSON
 * text, waits as loops, fallbacks as branches. Every value goes through --cli-input-json, so no hostile name reaches the
 * shell. A refusal ends its plan, not the plans after it; a mutation is repeated only when AWS says that nothing happened.
 * @example renderCli(plan, { caseId, apply: 'printed' }) // to a file, then: bash FILE
 */
export function renderCli(plans: Plan | readonly Plan[], options: { readonly caseId: string; readonly apply: string; readonly lang?: Lang }): string {
  const all: readonly Plan[] = 'steps' in plans ? [plans] : plans;
  const bodies = all.map((plan) => planLines(plan, options));
  const title = `# ${plainText(all.map((plan) => plan.action).join(', '))}: run as a file with bash. Nothing here is approved, recorded or checked by aplomb.`;
  const [only = []] = bodies;
  const end = bodies.length > 1 ? [...bodies.flatMap(apart), 'exit "$FAILED"'] : [...only, 'exit "$FAILED"'];
  return `${[title, PREAMBLE, ...end].join('\n')}\n`;
}

/** In a subshell of its own, whose end is looked at afterwards: a condition would switch -e off inside. */
const apart = (body: readonly string[]): string[] => ['', 'set +e', '(', 'set -e', ...body, '', 'exit "$FAILED"', ')', 'ended $?', 'set -e'];

function planLines(plan: Plan, options: { readonly caseId: string; readonly apply: string; readonly lang?: Lang }): string[] {
  const wanted = new Map<string, string[]>();
  const variables = new Map<string, string>();
  for (const ref of allRefs(plan.steps)) {
    if (variables.has(ref)) continue;
    const id = ref.slice(0, ref.indexOf('#'));
    const refs = wanted.get(id) ?? [];
    refs.push(ref);
    wanted.set(id, refs);
    variables.set(ref, `R${variables.size + 1}`);
  }
  const context: Context = {
    plan,
    names: (step) => ({ ref: (ref) => variables.get(ref) ?? 'R0', token: tokenOf(options.caseId, options.apply, step) }),
    refsTo: (id) => (wanted.get(id) ?? []).map((ref) => ({ path: ref.slice(ref.indexOf('#') + 1), name: variables.get(ref) as string })),
    lang: options.lang ?? 'en',
  };
  return inOrder(plan.steps).flatMap((step) => stepLines(step, context));
}

interface Context {
  readonly plan: Plan;
  names(step: string): Names;
  refsTo(id: string): { path: string; name: string }[];
  readonly lang: Lang;
}

/** Refs of what is sent and asked; a probe's are needed only where "already there" has to be proven. */
function allRefs(steps: readonly Step[]): string[] {
  return steps.flatMap((step) =>
    refsIn(isChange(step) ? [step.call.input, step.already?.length ? step.probe : null] : isRead(step) ? [step.read.input, step.until, step.fail] : null),
  );
}
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const ref = (value as { $ref?: unknown }).$ref;
  if (typeof ref === 'string') return ref.startsWith('self#') ? [] : [ref];
  return Object.values(value).flatMap(refsIn);
}

/** Steps after everything they wait for; fallbacks stand inside the step they replace. */
function inOrder(steps: readonly Step[]): Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const placed = new Set<string>();
  const result: Step[] = [];
  const place = (step: Step): void => {
    if (placed.has(step.id)) return;
    placed.add(step.id);
    const before = [...(step.needs ?? []), ...(step.after ?? []), ...refsIn(step).map((ref) => ref.slice(0, ref.indexOf('#')))];
    for (const id of [...before, ...alternatives(step.id, steps).flatMap((alternative) => alternative.needs ?? [])]) {
      const other = byId.get(id);
      if (other && other !== step) place(isChange(other) && other.instead ? (byId.get(other.instead.of) ?? other) : other);
    }
    if (!(isChange(step) && step.instead)) result.push(step);
  };
  steps.forEach(place);
  return result;
}
const alternatives = (id: string, steps: readonly Step[]): Change[] => steps.filter(isChange).filter((step) => step.instead?.of === id);

function stepLines(step: Step, context: Context): string[] {
  const head = ['', `# ${plainText(step.id)}: ${plainText(step.why[context.lang])}`];
  if (isPause(step)) return [...head, `sleep ${step.pause}`];
  const call = isRead(step) ? step.read : step.call;
  if (NO_CLI.has(call.service)) return [...head, `# no aws command: ${plainText(`${call.service} ${call.operation}`)}`, ...given(step.id, context)];
  return [...head, ...(isRead(step) ? readLines(step, context) : changeLines(step, context))];
}
/** Values that come from a step without a CLI form are asked of whoever runs the script. */
const given = (id: string, { refsTo }: Context): string[] =>
  refsTo(id).map(({ name, path }) => `: "\${${name}:?set it to the JSON text of ${plainText(`${id}#${path}`).replace(/[^\w .#[\]-]/g, '_')}}"`);

function readLines(step: Read, context: Context): string[] {
  const names = context.names(step.id);
  const failed = step.fail ? ['((', ...condition(step.fail, names), ") && 'failed') || "] : [];
  const state = step.until ? ['(', ...failed, '((', ...condition(step.until, names), ") && 'done') || 'waiting')"] : ["'done'"];
  const { before, command } = request('BODY', step.read, names, query(state, context.refsTo(step.id)));
  const codes = late(step.lag, step.read.input);
  const run = step.until ? `wait_for ${step.every} ${Math.ceil(step.limit)} ${quote(codes)} ${command}` : `call '' ${quote(codes)} ${command}`;
  return [...before, run, ...fields(step.id, context)];
}

function changeLines(step: Change, context: Context): string[] {
  const { plan } = context;
  const names = context.names(step.id);
  const refs = context.refsTo(step.id);
  const state = step.accept ? ['((', ...condition(step.accept, names), ") && 'done' || 'refused')"] : ["'done'"];
  const { before, command } = request('BODY', step.call, names, refs.length > 0 || step.accept ? query(state, refs) : undefined);
  const others = alternatives(step.id, plan.steps);
  const allowed = [...(step.already ?? []), ...others.flatMap((other) => other.instead?.on ?? [])].map((code) => code.replace(/Exception$/, ''));
  // A change without a token of AWS's own is never repeated by the CLI itself.
  const once = step.repeat === 'safe' ? '' : 'AWS_MAX_ATTEMPTS=1 ';
  const run = `${once}call ${quote(allowed.join(' '))} ${quote(late(step.lag, step.call.input))} ${command}`;
  const good = [...(step.accept ? [`holds ${quote(plainText(step.id))}`] : []), ...fields(step.id, context)];
  const dangers = step.danger.map((danger) => `# ! ${plainText(danger[context.lang])}`);
  const typed = step.typed ? [`# ! asks for this word: ${plainText(step.typed)}`] : [];
  let body = allowed.length === 0 ? [run, ...good] : [run, 'case $CODE in', "'')", ...(good.length ? good : [':']), ';;'];
  if (allowed.length > 0) {
    if (step.already?.length) body.push(`${step.already.map((code) => quote(code.replace(/Exception$/, ''))).join(' | ')})`, ...proof(step, context), ';;');
    for (const other of others)
      body.push(
        `${(other.instead?.on ?? []).map((code) => quote(code.replace(/Exception$/, ''))).join(' | ')})`,
        `# ${plainText(other.id)}: ${plainText(other.why[context.lang])}`,
        ...changeLines(other, context),
        ';;',
      );
    body.push('esac');
  }
  // What others only wait for (`after`) may fail: they run all the same, and the script ends with 1.
  const onlyAwaited =
    plan.steps.some((other) => other.after?.includes(step.id)) && !plan.steps.some((other) => other.needs?.includes(step.id)) && refs.length === 0;
  if (onlyAwaited) body = [`if ${run}; then`, ...(body.slice(1).length ? body.slice(1) : [':']), 'else FAILED=1; fi'];
  return [...dangers, ...typed, ...before, ...body];
}

/** "Already there" is believed only when the probe shows it; its answer also gives what later steps refer to. */
function proof(step: Change, context: Context): string[] {
  const names = context.names(step.id);
  const { probe } = step;
  const refs = context.refsTo(step.id).map((ref) => ({ ...ref, path: probe.output ? `${probe.output} | ${ref.path}` : ref.path }));
  const own = withOwnInput(probe, step.call.input);
  const from: Fragment[] = own.pick ? [`(${own.pick.from})[?`, ...condition(own.pick.where, names), '] | '] : [];
  const asked = [...from, ...query(['((', ...condition(own.done, names), ") && 'done' || 'missing')"], refs)];
  const { before, command } = request('PROBE', own.call, names, asked);
  return [...before, `call '' ${quote(late([], own.call.input))} ${command}`, `holds ${quote(plainText(step.id))}`, ...fields(step.id, context)];
}
/** Refs to the change's own input are written out: the input is known here. */
function withOwnInput(probe: Probe, input: Value): Probe {
  const walk = (value: any): any => {
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.$ref === 'string' && value.$ref.startsWith('self#')) {
      const found = value.$ref
        .slice(5)
        .split('.')
        .reduce((at: any, key: string) => at?.[key], input as any);
      return found ?? value;
    }
    return Array.isArray(value) ? value.map(walk) : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return walk(probe);
}

/** [state, to_string([a]), ...]: one line each in the CLI's JSON, whatever the values are. */
const query = (state: readonly Fragment[], refs: readonly { path: string }[]): Fragment[] => [
  '[',
  ...state,
  ...refs.map(({ path }) => `, to_string([${path}])`),
  ']',
];
const fields = (id: string, { refsTo }: Context): string[] => refsTo(id).map(({ name }, index) => `${name}=$(field ${index})`);
const late = (codes: readonly string[] | undefined, input: Value): string =>
  [...(codes ?? []).map((code) => code.replace(/Exception$/, '')), ...(refsIn(input).length ? ['ours'] : [])].join(' ');

function request(holder: string, call: Call, names: Names, asked: readonly Fragment[] | undefined): { before: string[]; command: string } {
  const input = jsonText(call.input, names);
  const body = hereDocument(input);
  const texts = hereDocument((asked ?? []).filter((fragment) => typeof fragment !== 'string'));
  const now = [...input, ...(asked ?? [])].includes(NOW);
  const { as, how } = credentialsOf(call);
  const before = [
    ...how,
    ...(now ? ['NOW=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)'] : []),
    ...body.before,
    ...texts.before,
    `${holder}=$(cat <<${body.variables ? 'EOF' : "'EOF'"}`,
    body.text,
    'EOF',
    ')',
    ...asText(holder, call, names),
  ];
  const command = `${cliService(call.service)} ${cliOperation(call.operation)} --region ${quote(call.region)}${as} --cli-input-json "$${holder}" --output json${asked ? ` --query ${word(joined(asked))}` : ''}`;
  return { before, command };
}
/** Members that hold bytes, by call: the list and the member in it. */
const BYTES: Readonly<Record<string, readonly [list: string, member: string]>> = { 'support:AddAttachmentsToSet': ['attachments', 'data'] };
/** Version 2 of the aws CLI takes bytes as base64; version 1 takes them as text and encodes them itself. */
function asText(holder: string, call: Call, names: Names): string[] {
  const [list, member] = BYTES[`${call.service}:${call.operation}`] ?? [];
  if (list === undefined || member === undefined) return [];
  const input = call.input as Record<string, any>;
  const plain = (input[list] as Record<string, string>[]).map((one) => ({ ...one, [member]: Buffer.from(one[member] ?? '', 'base64').toString('utf8') }));
  const body = hereDocument(jsonText({ ...input, [list]: plain }, names));
  return ['case $(aws --version 2>&1) in', 'aws-cli/1.*)', `${holder}=$(cat <<'EOF'`, body.text, 'EOF', ')', ';;', 'esac'];
}

/** The profile that a call is made with, and for a role how to have one: these lines never hold credentials themselves. */
function credentialsOf({ as }: Call): { readonly as: string; readonly how: readonly string[] } {
  if (as === undefined) return { as: '', how: [] };
  const set = parseCredentialSet(as);
  if (set.kind === 'profile') return { as: ` --profile ${quote(set.name)}`, how: [] };
  const name = `PROFILE_${as.replace(/\W/g, '_')}`;
  const { operation, input } = beginning(set, sessionName('printed'), set.kind === 'role' ? (set.arn.split(':')[1] ?? 'aws') : 'aws');
  const begin = `aws sts ${cliOperation(operation)} --cli-input-json ${quote(JSON.stringify(input))}`;
  return {
    as: ` --profile "\${${name}:?name the aws profile of ${as.replace(/[^\w -]/g, '_')}}"`,
    how: [`# As ${plainText(as)}, in a profile with the credentials of: ${begin}`],
  };
}
/** Neighbouring literals as one, for readable words. */
const joined = (fragments: readonly Fragment[]): Fragment[] =>
  fragments.reduce<Fragment[]>((all, fragment) => {
    const last = all.at(-1);
    if (typeof fragment === 'string' && typeof last === 'string') all[all.length - 1] = last + fragment;
    else all.push(fragment);
    return all;
  }, []);
