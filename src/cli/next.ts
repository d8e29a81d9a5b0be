import { relative } from 'node:path';
import { foldFacts } from '../evidence/index.ts';
import { type CaseFile, EXIT, type ExitCode, type Json, type JsonObject, type Lang, ofKind, type Text } from '../kernel/index.ts';
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
  const next = unfinished.map((entry) => `aplomb respond ${entry.body.playbook} ${inCase}`);
  const has = (playbook: string): boolean => playbooks.some((entry) => entry.body.playbook === playbook);
  // What a watch found red is contained by the same playbook: it hunts anew.
  if (facts.verdicts['watch-containment']?.verdict === 'fails' && !unfinished.some((entry) => entry.body.playbook === 'leaked-key'))
    next.push(`aplomb respond leaked-key ${inCase}`);
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
  return [...plain(next), ...advice, ...plain(done)];
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

/** Credentials that reverted a containment, by the watch's last reading. */
function strangers(reading: Json | undefined): string[] {
  const fallen = (reading as { fallen?: { stranger?: unknown }[] } | undefined)?.fallen ?? [];
  return [...new Set(fallen.map((one) => one.stranger).filter((one): one is string => typeof one === 'string' && /^A[KS]IA[A-Z2-7]{16}$/.test(one)))];
}
