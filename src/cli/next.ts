import { relative } from 'node:path';
import { foldFacts } from '../evidence/index.ts';
import { type CaseFile, EXIT, type ExitCode, type Json, ofKind } from '../kernel/index.ts';

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The next commands that make sense, worked out from the ledger; lines to paste. */
export function nextCommands(file: Pick<CaseFile, 'dir' | 'entries'>, exit: ExitCode = EXIT.ok): string[] {
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
  if (next.length === 0 && entries.length > 1) next.push(`aplomb report ${inCase}`, `aplomb verify ${inCase}`);
  if (entries.length <= 1) next.push(`aplomb respond leaked-key --key AKIA... ${inCase}`, `aplomb respond compromised-instance INSTANCE ${inCase}`);
  return next;
}

/** Credentials that reverted a containment, by the watch's last reading. */
function strangers(reading: Json | undefined): string[] {
  const fallen = (reading as { fallen?: { stranger?: unknown }[] } | undefined)?.fallen ?? [];
  return [...new Set(fallen.map((one) => one.stranger).filter((one): one is string => typeof one === 'string' && /^A[KS]IA[A-Z2-7]{16}$/.test(one)))];
}
