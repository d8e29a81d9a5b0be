import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { evidenceItems, foldFacts, openCase, readCase } from '../../evidence/index.ts';
import { duration, plainText } from '../../i18n/index.ts';
import { AplombError, type Emit, EXIT, type ExitCode, type JsonObject, TOOL, text, worstExit } from '../../kernel/index.ts';
import { type Score, score } from '../../lab/scenarios/scoring.ts';
import { writeReport } from '../../report/index.ts';
import type { Io } from '../io.ts';
import { type LabProcess, startLabProcess } from '../lab-process.ts';
import { paint } from '../render/paint.ts';
import { type Responder, type Response, responderEnvironment, runResponder } from '../responder.ts';
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
    { line: 'aplomb drill', why: text('about half a minute; changes nothing of yours', 'alrededor de medio minuto; no cambia nada suyo') },
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
      const responses = await respond(io, lab, dir);
      io.signal.throwIfAborted();
      const scored = await scoreIt(lab, dir, scenario, alarm);
      const report = await writeReport(readCase(dir), { lang: io.lang });
      io.emit({ kind: 'event', code: 'score', level: scored.contained ? 'info' : 'error', time: new Date().toISOString(), data: { ...scored } });
      io.emit({ kind: 'event', code: 'report', level: 'info', time: new Date().toISOString(), data: { path: report } });
      const steps = responses.flatMap((response) => (response.result.steps as JsonObject[] | undefined) ?? []);
      const seconds = Math.round((Date.now() - begun) / 100) / 10;
      const evidence = new Set(evidenceItems(readCase(dir).entries).map((item) => item.sha256)).size;
      if (!io.json) showScore(io, scored, { steps, dir, report, seconds, seed, evidence });
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

/** Alarm, leaked key, compromised instance: three commands, exactly as a person would type them. */
async function respond(io: Io, lab: LabProcess, dir: string): Promise<Response[]> {
  const { briefing } = lab;
  const who: Responder = {
    endpoint: lab.url,
    accessKeyId: briefing.responder.accessKeyId,
    secretAccessKey: briefing.responder.secretAccessKey,
    region: briefing.responder.region,
    account: briefing.account,
  };
  const env = responderEnvironment(io.env, who);
  const emit: Emit = (event) => (event.code === 'next' || event.code === 'report' ? undefined : io.emit(event));
  const tell = (en: string, es: string): void =>
    io.emit({ kind: 'event', code: 'lab', level: 'info', time: new Date().toISOString(), text: text(en, es), data: {} });
  tell(plainText(briefing.alarm.text.en, 1000), plainText(briefing.alarm.text.es, 1000));
  const commands: string[][] = [
    [
      'open',
      '--case',
      dir,
      '--title',
      `Drill: ${briefing.scenario}`,
      '--reference',
      String(briefing.reference),
      '--responder',
      String(briefing.responder.userName),
      '--from',
      briefing.alarm.accessKeyId,
      '--since',
      briefing.alarm.since,
    ],
    ['respond', 'leaked-key', '--case', dir, '--yes'],
    [
      'respond',
      'compromised-instance',
      '--case',
      dir,
      '--instance',
      briefing.webServer.publicIp,
      '--from-ip',
      briefing.responderIp,
      '--workstation',
      briefing.workstation.name,
      '--reference',
      String(briefing.reference),
      '--yes',
    ],
  ];
  const responses: Response[] = [];
  for (const args of commands) {
    if (args[1] === 'compromised-instance')
      tell(
        `And the web server at ${briefing.webServer.publicIp} is busy with something nobody asked it to do.`,
        `Y el servidor web en ${briefing.webServer.publicIp} está ocupado en algo que nadie le pidió.`,
      );
    const response = await runResponder([...args, '--lang', io.lang], { env, emit, signal: io.signal });
    io.signal.throwIfAborted();
    const { error } = response.result;
    if (error) throw new AplombError(error.code, error.message, { exit: response.exit, ...(error.fix ? { fix: error.fix } : {}) });
    responses.push(response);
  }
  return responses;
}

const CONTAINING = new Set([
  'UpdateAccessKey',
  'DeleteAccessKey',
  'AttachUserPolicy',
  'PutUserPolicy',
  'PutRolePolicy',
  'ModifyNetworkInterfaceAttribute',
  'StopInstances',
  'DeleteLoginProfile',
]);

/** Asks the lab for its truth, now that the response has ended, and writes the score into the case. */
async function scoreIt(lab: LabProcess, dir: string, scenario: string, alarm: number): Promise<Score & JsonObject> {
  const [truth, world, effects] = await Promise.all([lab.control('GET', 'truth'), lab.control('GET', 'save'), lab.control('GET', 'effects')]);
  const { scenarios } = await import('../../generated/lab.ts');
  const containment = (await scenarios[scenario]!()).contained(world);
  const cuts = (effects as { operation: string; time: number; accessKeyId: string }[]).filter(
    (effect) => CONTAINING.has(effect.operation) && effect.accessKeyId === lab.briefing.responder.accessKeyId,
  );
  const contained = containment.reasons.length === 0;
  const file = openCase(dir, { tool: TOOL });
  try {
    const result = score(truth, { found: foldFacts(file.entries).found }, contained, {
      alarm,
      contained: contained ? Math.max(alarm, ...cuts.map((cut) => cut.time)) : null,
    });
    const scored = { ...result, open: containment.reasons } as unknown as Score & JsonObject;
    file.append('score', { score: scored });
    return scored;
  } finally {
    file.close();
  }
}

function showScore(
  io: Io,
  scored: Score & JsonObject,
  more: { steps: readonly JsonObject[]; dir: string; report: string; seconds: number; seed: string; evidence: number },
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
  row(
    es ? 'Contenido' : 'Contained',
    scored.contained
      ? ink.green(
          `${es ? 'sí' : 'yes'}${scored.secondsToContain !== null ? `, ${es ? 'a los' : 'after'} ${duration(scored.secondsToContain * 1000, io.lang)}` : ''}`,
        )
      : ink.red(`NO: ${(scored.open as string[]).map((reason) => plainText(reason, 200)).join('; ')}`),
  );
  row(es ? 'Evidencia' : 'Evidence', `${more.evidence} ${es ? 'ficheros, cada uno con su huella en el registro' : 'files, each with its hash on the ledger'}`);
  row(es ? 'Tiempo' : 'Time', duration(more.seconds * 1000, io.lang));
  row(es ? 'Informe' : 'Report', here(more.report));
  io.out('');
  io.out(ink.bold(es ? 'Y ahora pruebe' : 'Now try'));
  io.out(`  aplomb verify ${here(more.dir)}`);
  io.out(`  aplomb status --case ${here(more.dir)}`);
  io.out(`  aplomb lab up --seed ${more.seed}   ${ink.dim(es ? '# el mismo incidente, para responder a mano' : '# the same incident, to answer by hand')}`);
}
