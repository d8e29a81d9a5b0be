import { join, resolve } from 'node:path';
import { createCase } from '../../evidence/index.ts';
import { plainText } from '../../i18n/index.ts';
import { type CaseFile, type EvidenceItem, EXIT, TOOL, text, utc } from '../../kernel/index.ts';
import { alarmFacts, alarmFrom, type Given, utcTime } from '../alarm.ts';
import { responderName } from '../case.ts';
import { commandsOf, nextData, nextSteps } from '../next.ts';
import { type Command, string } from '../spec.ts';

export const brief = text('Open a case: everything that follows is written down in it', 'Abrir un caso: todo lo que sigue queda anotado en él');
export const order = 20;
export const command: Command = {
  description: text(
    'Makes the case folder with its signed ledger. Needs no AWS. Write the printed key fingerprint down somewhere else: with it anybody can later prove that the case is yours and whole.',
    'Crea la carpeta del caso con su registro firmado. No necesita AWS. Apunte en otro lugar la huella que se imprime: con ella cualquiera podrá probar que el caso es suyo y está íntegro.',
  ),
  flags: {
    title: { kind: 'string', placeholder: 'TEXT', brief: text('What happened, in a few words', 'Qué ha pasado, en pocas palabras') },
    from: {
      kind: 'string',
      placeholder: 'FILE|ID',
      brief: text(
        'What you have in hand: a file with the GuardDuty or Security Hub finding, the AWS Health event or the e-mail; or just an access key id, instance id, IP address or ARN; - reads what is pasted',
        'Lo que tiene en la mano: un fichero con el hallazgo de GuardDuty o Security Hub, el evento de AWS Health o el correo; o solo un id de clave, id de instancia, dirección IP o ARN; - lee lo que se pegue',
      ),
    },
    since: { kind: 'string', placeholder: 'TIME', brief: text('When it may have begun (UTC)', 'Cuándo pudo empezar (UTC)') },
    reference: { kind: 'string', placeholder: 'ID', brief: text('Your reference; becomes the case id', 'Su referencia; será el id del caso') },
    responder: { kind: 'string', placeholder: 'NAME', brief: text('Who responds (default: your login)', 'Quién responde (por defecto: su usuario)') },
  },
  common: ['case'],
  examples: [
    {
      line: 'aplomb open --title "key on GitHub" --from AKIA2OGYBAH6STMMNXNN --case ./cases/2026-014',
      why: text('then: aplomb status tells the next command', 'después: aplomb status dice la siguiente orden'),
    },
    {
      line: 'aplomb open --from finding.json',
      why: text('a finding, an event or the e-mail, as you got it', 'un hallazgo, un evento o el correo, tal como llegó'),
    },
  ],
  async run(io, values) {
    const from = string(values, 'from');
    const given: Given | null = from === undefined ? null : await alarmFrom(io, from);
    const since = string(values, 'since');
    const alarm = { ...(given ? alarmFacts(given.alarm) : {}), ...(since ? { since: utcTime(since) } : {}) };
    const reference = string(values, 'reference');
    const id = reference ?? `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${Math.random().toString(36).slice(2, 6)}`;
    const folder = string(values, 'case') ?? io.env.APLOMB_CASE;
    const dir = folder ? resolve(io.cwd, folder) : join(io.cwd, 'cases', id);
    const responder = responderName(io, values);
    const title = string(values, 'title') ?? titleOf(given, from);
    const file = createCase(dir, { id, title, responder, tool: TOOL });
    try {
      if (given?.original) await keepOriginal(file, given.original);
      if (Object.keys(alarm).length > 0) file.append('facts', { alarm });
      io.emit({
        kind: 'event',
        code: 'case',
        level: 'info',
        time: new Date().toISOString(),
        data: { dir, id: file.info.id, fingerprint: file.info.fingerprint, ...(given ? { alarm } : {}) },
      });
      const next = nextSteps(file);
      io.emit({ kind: 'event', code: 'next', level: 'info', time: new Date().toISOString(), data: nextData(next) });
      return {
        exit: EXIT.ok,
        result: { case: dir, id: file.info.id, fingerprint: file.info.fingerprint, ...(given ? { alarm } : {}), next: commandsOf(next) },
      };
    } finally {
      file.close();
    }
  },
};

function titleOf(given: Given | null, from: string | undefined): string {
  if (!given) return 'Security incident';
  const told = given.alarm.titles[0];
  return told
    ? plainText(told, 120)
    : `Alarm: ${plainText(given.original ? (given.alarm.accessKeyIds[0] ?? given.alarm.instances[0]?.id ?? given.alarm.source) : from!, 100)}`;
}

/** The alarm as it came, byte by byte. */
async function keepOriginal(file: CaseFile, { bytes, name }: NonNullable<Given['original']>): Promise<void> {
  const stored = await file.store(bytes);
  const item: EvidenceItem = {
    ...stored,
    name: `alarm: ${plainText(name, 200)}`,
    mediaType: 'application/octet-stream',
    source: { tool: TOOL, time: utc(Date.now()) },
  };
  file.append('evidence', { items: [item] });
}
