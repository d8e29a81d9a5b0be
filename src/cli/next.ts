import { relative } from 'node:path';
import { foldFacts } from '../evidence/index.ts';
import {
  type CaseFile,
  type Check,
  EXIT,
  type ExitCode,
  type Facts,
  type Json,
  type JsonObject,
  type Lang,
  type LedgerEntry,
  ofKind,
  type Text,
  text,
} from '../kernel/index.ts';
import { huntAdvice } from './advice.ts';

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A line to paste, and what it is for where that does not speak for itself. */
export interface NextStep {
  readonly command: string;
  readonly why?: Text;
}

/** The next commands that make sense, worked out from the ledger. */
export function nextSteps(file: Pick<CaseFile, 'dir' | 'entries'>, exit: ExitCode = EXIT.ok): NextStep[] {
  const { entries } = file;
  const facts = foldFacts(entries);
  // A name that begins with a hyphen would be read as an option.
  const path = (relative(process.cwd(), file.dir) || '.').replace(/^-/, './-');
  const inCase = `--case ${quote(path)}`;
  const playbooks = entries.filter(ofKind('playbook'));
  const unfinished = playbooks.filter(
    (entry) =>
      entry.body.state === 'started' &&
      !playbooks.some((later) => later.seq > entry.seq && later.body.playbook === entry.body.playbook && later.body.state === 'finished'),
  );
  const gates = unfinished.flatMap((entry) => beforeGate(entries, entry.body.playbook, entry.seq, inCase));
  const next = unfinished.map((entry) => `aplomb respond ${entry.body.playbook} ${inCase}`);
  const has = (playbook: string): boolean => playbooks.some((entry) => entry.body.playbook === playbook);
  // What a watch found red, or no hunt has seen, is contained by the same playbook: it hunts anew.
  if (isUnrest(facts) && !unfinished.some((entry) => entry.body.playbook === 'leaked-key')) next.push(`aplomb respond leaked-key ${inCase}`);
  // Whoever undid it and is not the attacker as far as is known: no hunt finds that session, so it is named.
  if (facts.verdicts['watch-containment']?.verdict === 'fails')
    next.push(...strangers(facts.observed['watch-containment']).map((key) => `aplomb contain-key ${key} ${inCase}`));
  if (exit === EXIT.notContained) next.push(`aplomb status ${inCase}`);
  if (typeof facts.alarm.accessKeyId === 'string' && !has('leaked-key')) next.push(`aplomb respond leaked-key ${inCase}`);
  if ((facts.alarm.instanceId || facts.alarm.address) && !has('compromised-instance'))
    next.push(`aplomb respond compromised-instance --from-ip YOUR.PUBLIC.IP.ADDRESS ${inCase}`);
  const advice = huntAdvice(facts).map(({ command, why }) => ({ command: `aplomb ${command} ${inCase}`, why }));
  const done = next.length === 0 && entries.length > 1 ? [`aplomb report ${inCase}`, `aplomb verify ${inCase}`] : [];
  if (entries.length <= 1) next.push(`aplomb respond leaked-key --key AKIA... ${inCase}`, `aplomb respond compromised-instance INSTANCE ${inCase}`);
  const cut = exit === EXIT.notContained ? cutting(facts.verdicts['verify-isolation']?.checks ?? [], inCase) : [];
  return [...cut, ...gates, ...plain(next), ...advice, ...plain(done)];
}

/** The verdict names the ways to cut that would do for the connections it found. */
function cutting(checks: readonly Check[], inCase: string): NextStep[] {
  const methods = checks.flatMap((one) => (one.verdict === 'fails' ? (/--cut ([a-z,-]+)/.exec(one.why.en)?.[1] ?? []) : []))[0];
  const why = text(
    'cut the connections that may live on; what each way costs is shown first',
    'cortar las conexiones que pueden seguir vivas; antes se muestra lo que cuesta cada vía',
  );
  return methods === undefined ? [] : [{ command: `aplomb isolate --cut ${methods} ${inCase}`, why }];
}

/** What opens the gate at which the playbook stopped, or a reason to go on without. */
function beforeGate(entries: readonly LedgerEntry[], playbook: string, since: number, inCase: string): NextStep[] {
  const last = entries.filter(ofKind('gate')).findLast((entry) => entry.seq > since);
  if (!last || last.body.open || entries.some((entry) => ofKind('waiver')(entry) && entry.seq > last.seq && entry.body.gate === last.body.gate)) return [];
  const { gate } = last.body;
  const bring = text(
    'if you can take the memory, bring it in, and then go on with the last line',
    'si puede tomar la memoria, tráigala, y siga después con la última línea',
  );
  const without = text('or go on without it, and say why: the reason stays in the case', 'o siga sin ello, y diga por qué: el motivo queda en el caso');
  return [
    ...(gate === 'memory' ? [{ command: `aplomb note --attach FILE --as memory 'who took it, how, when' ${inCase}`, why: bring }] : []),
    { command: `aplomb respond ${playbook} --waive ${gate}=REASON ${inCase}`, why: without },
  ];
}
const plain = (commands: readonly string[]): NextStep[] => commands.map((command) => ({ command }));
/** As the data of a `next` event. */
export const nextData = (steps: readonly NextStep[]): JsonObject => ({
  commands: commandsOf(steps),
  why: steps.map(({ why }) => (why ? { ...why } : null)),
});
export const commandsOf = (steps: readonly NextStep[]): string[] => steps.map(({ command }) => command);
/** As lines of a screen: what it is for, and the command below it. */
export const nextLines = (steps: readonly NextStep[], lang: Lang): string[] =>
  steps.flatMap(({ command, why }) => [...(why ? [`# ${why[lang]}`] : []), command]);

/** Does the watch's last reading ask for another response? */
function isUnrest({ verdicts, observed }: Facts): boolean {
  const unhunted = (observed['watch-containment'] as { unhunted?: unknown[] } | undefined)?.unhunted ?? [];
  const verdict = verdicts['watch-containment']?.verdict;
  return verdict === 'fails' || (verdict === 'unknown' && unhunted.length > 0);
}
/** Credentials that reverted a containment, by the watch's last reading. */
function strangers(reading: Json | undefined): string[] {
  const fallen = (reading as { fallen?: { stranger?: unknown }[] } | undefined)?.fallen ?? [];
  return [...new Set(fallen.map((one) => one.stranger).filter((one): one is string => typeof one === 'string' && /^A[KS]IA[A-Z2-7]{16}$/.test(one)))];
}
