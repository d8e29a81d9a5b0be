import { join, resolve } from 'node:path';
import { createCase } from '../../evidence/index.ts';
import { EXIT, TOOL, text } from '../../kernel/index.ts';
import { alarmFrom, utcTime } from '../alarm.ts';
import { responderName } from '../case.ts';
import { nextCommands } from '../next.ts';
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
      placeholder: 'ALARM',
      brief: text(
        'What you have in hand: an access key id, instance id, IP address or ARN',
        'Lo que tiene en la mano: id de clave, id de instancia, dirección IP o ARN',
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
  ],
  async run(io, values) {
    const from = string(values, 'from');
    const alarm = { ...(from ? alarmFrom(from) : {}), ...(string(values, 'since') ? { since: utcTime(string(values, 'since')!) } : {}) };
    const reference = string(values, 'reference');
    const id = reference ?? `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${Math.random().toString(36).slice(2, 6)}`;
    const given = string(values, 'case') ?? io.env.APLOMB_CASE;
    const dir = given ? resolve(io.cwd, given) : join(io.cwd, 'cases', id);
    const responder = responderName(io, values);
    const title = string(values, 'title') ?? (from ? `Alarm: ${from}`.slice(0, 120) : 'Security incident');
    const file = createCase(dir, { id, title, responder, tool: TOOL });
    try {
      if (Object.keys(alarm).length > 0) file.append('facts', { alarm });
      io.emit({
        kind: 'event',
        code: 'case',
        level: 'info',
        time: new Date().toISOString(),
        data: { dir, id: file.info.id, fingerprint: file.info.fingerprint },
      });
      const next = nextCommands(file);
      io.emit({ kind: 'event', code: 'next', level: 'info', time: new Date().toISOString(), data: { commands: next } });
      return { exit: EXIT.ok, result: { case: dir, id: file.info.id, fingerprint: file.info.fingerprint, next } };
    } finally {
      file.close();
    }
  },
};
