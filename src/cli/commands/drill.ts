import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { evidenceItems, readCase } from '../../evidence/index.ts';
import { duration, plainText } from '../../i18n/index.ts';
import { EXIT, type ExitCode, type JsonObject, text, worstExit } from '../../kernel/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Io } from '../io.ts';
import { startLabProcess } from '../lab-process.ts';
import { outOfScope, rehearse } from '../rehearsal.ts';
import { type Scored, scoreRehearsal } from '../rehearsal-score.ts';
import { paint } from '../render/paint.ts';
import { type Command, string } from '../spec.ts';

export const brief = text('Rehearse: a lab is attacked and the whole procedure answers', 'Ensayar: un laboratorio es atacado y todo el procedimiento responde');
export const order = 10;

export const command: Command = {
  description: text(
    'Starts an AWS endpoint on this machine, plays an attack against it with a leaked key, and runs the ten steps with the same code that runs against AWS. Needs no account, no credentials and no network: the responder is fenced in to this machine. Leaves a case folder whose every byte verifies, and a report.',
    'Levanta un punto de acceso de AWS en esta máquina, representa contra él un ataque con una clave filtrada y ejecuta los diez pasos con el mismo código que usa contra AWS. No necesita cuenta, credenciales ni red: quien responde está encerrado en esta máquina. Deja una carpeta de caso cuyos bytes se pueden verificar, y un informe.',
  ),
  positionals: [{ name: 'SCENARIO', optional: true, brief: text('Which attack (default: key-leak)', 'Qué ataque (por defecto: key-leak)') }],
  flags: {
    seed: {
      kind: 'string',
      placeholder: 'TEXT',
      brief: text('The same seed gives the same story (default: random)', 'La misma semilla da la misma historia (por defecto: al azar)'),
    },
  },
  common: ['case'],
  examples: [
    { line: 'aplomb drill', why: text('a minute or two; changes nothing of yours', 'uno o dos minutos; no cambia nada suyo') },
    {
      line: 'aplomb drill role-chain',
      why: text(
        'two accounts, and an attacker who is still there; `aplomb lab scenarios` lists them all',
        'dos cuentas, y un atacante que sigue ahí; `aplomb lab scenarios` los enumera',
      ),
    },
    { line: 'aplomb drill key-leak --seed 7 --lang es', why: text('the same story again, in Spanish', 'la misma historia otra vez, en español') },
  ],
  async run(io, values, [scenario = 'key-leak']) {
    const seed = string(values, 'seed') ?? String(Math.floor(Math.random() * 1e6));
    const dir = caseFolder(io, string(values, 'case'), scenario, seed);
    const begun = Date.now();
    const tell = (en: string, es: string): void =>
      io.emit({ kind: 'event', code: 'lab', level: 'info', time: new Date().toISOString(), text: text(en, es), data: {} });
    tell(
      `A rehearsal: the scenario ${scenario}, seed ${seed}. Everything happens on this machine.`,
      `Un ensayo: el escenario ${scenario}, semilla ${seed}. Todo ocurre en esta máquina.`,
    );
    const lab = await startLabProcess({ scenario, seed }, { env: io.env, signal: io.signal, log: (line) => tell(line.en, line.es) });
    try {
      const alarm = Date.now();
      const { responses, rounds, accounts } = await rehearse(io, lab, dir);
      io.signal.throwIfAborted();
      const scored = await scoreRehearsal(lab, dir, { scenario, alarm, rounds, accounts });
      const report = await writeReport(readCase(dir), { lang: io.lang });
      io.emit({
        kind: 'event',
        code: 'score',
        level: scored.contained ? 'info' : 'error',
        time: new Date().toISOString(),
        data: { ...scored } as unknown as JsonObject,
      });
      io.emit({ kind: 'event', code: 'report', level: 'info', time: new Date().toISOString(), data: { path: report } });
      const steps = [...responses.flatMap((response) => (response.result.steps as JsonObject[] | undefined) ?? []), ...outOfScope(lab.briefing)];
      const seconds = Math.round((Date.now() - begun) / 100) / 10;
      const evidence = new Set(evidenceItems(readCase(dir).entries).map((item) => item.sha256)).size;
      if (!io.json) showScore(io, scored, { steps, dir, report, seconds, seed, scenario, evidence });
      const exits: ExitCode[] = [...responses.map((response) => response.exit), scored.contained ? EXIT.ok : EXIT.notContained];
      return { exit: worstExit(exits), result: { case: dir, report, seed, seconds, score: { ...scored } as unknown as JsonObject, steps } };
    } finally {
      await lab.close();
    }
  },
};

function caseFolder(io: Io, given: string | undefined, scenario: string, seed: string): string {
  if (given) return resolve(io.cwd, given);
  const base = join(io.cwd, 'cases', `drill-${scenario}-${seed}`.replace(/[^A-Za-z0-9._-]/g, '_'));
  let dir = base;
  for (let n = 2; existsSync(dir); n++) dir = `${base}-${n}`;
  return dir;
}

function showScore(
  io: Io,
  scored: Scored,
  more: { steps: readonly JsonObject[]; dir: string; report: string; seconds: number; seed: string; scenario: string; evidence: number },
): void {
  const ink = paint(io.colour);
  const es = io.lang === 'es';
  const count = (verdict: string): number => more.steps.filter((step) => step.verdict === verdict).length;
  const here = (path: string): string => relative(io.cwd, path) || '.';
  const row = (name: string, value: string): void => io.out(`  ${name.padEnd(18)}${value}`);
  io.out('');
  io.out(ink.bold(es ? 'Cómo fue' : 'How it went'));
  row(
    es ? 'Pasos' : 'Steps',
    `${count('holds')} ${es ? 'se cumplen' : 'hold'}, ${count('fails')} ${es ? 'no' : 'fail'}, ${count('unknown')} ${es ? 'sin saberse' : 'unknown'}, ${count('skipped')} ${es ? 'omitidos' : 'skipped'}`,
  );
  row(
    es ? 'Encontrado' : 'Found',
    `${scored.found} ${es ? 'de' : 'of'} ${scored.found + scored.missed.length}${scored.missed.length > 0 ? ink.red(` (${es ? 'faltan' : 'missed'}: ${scored.missed.map((name) => plainText(name, 120)).join('; ')})`) : ''}`,
  );
  row(
    es ? 'Falsas alarmas' : 'False alarms',
    scored.falseAlarms.length === 0 ? '0' : ink.yellow(scored.falseAlarms.map((name) => plainText(name, 120)).join('; ')),
  );
  const { changedFound, changedMissed, recreated } = scored;
  if (changedFound + changedMissed.length > 0)
    row(
      es ? 'Cambiado' : 'Changed',
      `${changedFound} ${es ? 'de' : 'of'} ${changedFound + changedMissed.length}${changedMissed.length > 0 ? ink.red(` (${es ? 'faltan' : 'missed'}: ${changedMissed.map((name) => plainText(name, 120)).join('; ')})`) : ''}`,
    );
  if (recreated.made > 0)
    row(
      es ? 'Respondió' : 'He struck back',
      `${recreated.made} ${es ? 'veces' : 'times'}, ${recreated.caught} ${es ? 'descubiertas' : 'caught'}${recreated.missed.length > 0 ? ink.red(` (${es ? 'no' : 'not'}: ${recreated.missed.map((name) => plainText(name, 120)).join('; ')})`) : ''}; ${scored.rounds} ${es ? 'pasadas' : 'rounds'}`,
    );
  row(
    es ? 'Contenido' : 'Contained',
    scored.contained
      ? ink.green(
          `${es ? 'sí' : 'yes'}${scored.secondsToContain !== null ? `, ${es ? 'a los' : 'after'} ${duration(scored.secondsToContain * 1000, io.lang)}` : ''}`,
        )
      : ink.red(`NO: ${scored.open.map((reason) => plainText(reason, 200)).join('; ')}`),
  );
  for (const [name, list] of [
    [es ? 'Dañados' : 'Hurt', scored.hurt],
    [es ? 'Perdido' : 'Lost', scored.lost],
  ] as const)
    if (list.length > 0) row(name, ink.red(list.map((one) => plainText(one, 200)).join('; ')));
  row(es ? 'Evidencia' : 'Evidence', `${more.evidence} ${es ? 'ficheros, cada uno con su huella en el registro' : 'files, each with its hash on the ledger'}`);
  row(es ? 'Tiempo' : 'Time', duration(more.seconds * 1000, io.lang));
  row(es ? 'Informe' : 'Report', here(more.report));
  io.out('');
  io.out(ink.bold(es ? 'Y ahora pruebe' : 'Now try'));
  io.out(`  aplomb verify ${here(more.dir)}`);
  io.out(`  aplomb status --case ${here(more.dir)}`);
  io.out(
    `  aplomb lab up ${more.scenario} --seed ${more.seed}   ${ink.dim(es ? '# el mismo incidente, para responder a mano' : '# the same incident, to answer by hand')}`,
  );
}
