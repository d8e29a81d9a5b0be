import { foldFacts, readCase, takenBack } from '../../evidence/index.ts';
import { duration, plainText, time } from '../../i18n/index.ts';
import { EXIT, ofKind, text, worstExit } from '../../kernel/index.ts';
import { huntOf } from '../../procedure/shared/hunt-result.ts';
import { findCase } from '../case.ts';
import { commandsOf, nextLines, nextSteps } from '../next.ts';
import { huntJson, huntLine } from '../render/hunt-line.ts';
import { paint } from '../render/paint.ts';
import { STEPS, VERDICTS } from '../render/words.ts';
import type { Command } from '../spec.ts';

export const brief = text('Where the case stands and what comes next', 'Cómo está el caso y qué viene ahora');
export const order = 21;
export const command: Command = {
  description: text('Reads the ledger only: no AWS, no credentials.', 'Solo lee el registro: sin AWS y sin credenciales.'),
  common: ['case'],
  examples: [{ line: 'aplomb status', why: text('always ends with the next command', 'siempre termina con la siguiente orden') }],
  async run(io, values) {
    const file = readCase(findCase(io, values));
    const facts = foldFacts(file.entries);
    const steps = file.entries.filter(ofKind('verdict')).map((entry) => ({ action: entry.body.action, step: entry.body.step }));
    const rows = Object.entries(facts.verdicts).map(([action, seen]) => ({
      action,
      step: steps.findLast((one) => one.action === action)?.step ?? 0,
      verdict: seen.verdict,
      why: seen.checks.find((check) => check.verdict === seen.verdict)?.why,
    }));
    const finished = new Set(file.entries.filter(ofKind('finish')).map((entry) => entry.body.apply));
    const open = file.entries
      .filter(ofKind('approve'))
      .filter((entry) => !finished.has(entry.body.apply))
      .map((entry) => entry.body.action);
    const undone = takenBack(file.entries);
    const hunt = huntOf(facts);
    const notContained = rows.some((row) => !undone.has(row.action) && row.verdict === 'fails' && (row.step === 1 || row.step === 4));
    const next = nextSteps(file, notContained ? EXIT.notContained : EXIT.ok);
    if (!io.json) {
      const ink = paint(io.colour);
      const mark = { holds: ink.green('✔'), fails: ink.red('✘'), unknown: ink.yellow('?') };
      io.out(`${ink.bold(plainText(facts.title))}  ${ink.dim(facts.caseId)}`);
      io.out(
        `${io.lang === 'es' ? 'Abierto' : 'Opened'} ${time(facts.opened, io.lang)} (${duration(Date.now() - Date.parse(facts.opened), io.lang)}) · ${plainText(facts.responder)} · ${facts.account ?? '–'}`,
      );
      for (let step = 1; step <= 10; step++) {
        const mine = rows.filter((row) => row.step === step);
        io.out(
          `\n${String(step).padStart(2)}  ${STEPS[step]?.[io.lang]}${mine.length === 0 ? ink.dim(io.lang === 'es' ? '  —  aún no' : '  —  not yet') : ''}`,
        );
        for (const row of mine)
          io.out(
            undone.has(row.action)
              ? `    ${ink.dim('–')} ${row.action}: ${io.lang === 'es' ? 'deshecho' : 'taken back'}, ${time(undone.get(row.action)!, io.lang)}`
              : `    ${mark[row.verdict]} ${row.action}: ${VERDICTS[row.verdict]?.[io.lang]}${row.why ? ` — ${plainText(row.why[io.lang], 300)}` : ''}`,
          );
        if (step === 2 && hunt) io.out(`      ${huntLine(hunt, io.lang)}`);
      }
      if (open.length > 0) io.out(`\n${ink.yellow(io.lang === 'es' ? 'Empezado y sin terminar' : 'Begun and not finished')}: ${open.join(', ')}`);
      if (file.torn)
        io.out(
          ink.yellow(
            io.lang === 'es'
              ? 'La última línea del registro quedó a medias; la próxima orden que escriba lo anotará.'
              : 'The last line of the ledger was cut off; the next command that writes will enter it.',
          ),
        );
      if (notContained) io.out(ink.red(io.lang === 'es' ? '\nNO CONTENIDO' : '\nNOT CONTAINED'));
      io.out(`\n${io.lang === 'es' ? 'Y ahora' : 'Next'}:`);
      for (const line of nextLines(next, io.lang)) io.out(`  ${line.startsWith('#') ? ink.dim(line) : line}`);
    }
    const exit = worstExit([notContained ? EXIT.notContained : EXIT.ok, open.length > 0 ? EXIT.partial : EXIT.ok]);
    return {
      exit,
      result: {
        case: file.dir,
        id: facts.caseId,
        title: facts.title,
        steps: rows.map(({ action, step, verdict }) => ({ action, step, verdict, ...(undone.has(action) ? { takenBack: undone.get(action)! } : {}) })),
        unfinished: open,
        ...(hunt ? { hunt: huntJson(hunt) } : {}),
        next: commandsOf(next),
      },
    };
  },
};
