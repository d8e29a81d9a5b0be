import { openCase } from '../../evidence/index.ts';
import { AplombError, EXIT, TOOL, text } from '../../kernel/index.ts';
import { findCase, responderName } from '../case.ts';
import type { Command } from '../spec.ts';

export const brief = text('Write a note into the case, with the time', 'Anotar algo en el caso, con la hora');
export const order = 22;
export const command: Command = {
  positionals: [{ name: 'TEXT', many: true, brief: text('What you saw, thought, decided or were told', 'Lo que vio, pensó, decidió o le dijeron') }],
  flags: { responder: { kind: 'string', placeholder: 'NAME', brief: text('Who says so (default: your login)', 'Quién lo dice (por defecto: su usuario)') } },
  common: ['case'],
  examples: [
    {
      line: 'aplomb note "10:40 the CTO agrees to stop the web server"',
      why: text('works while another command runs', 'funciona mientras otra orden se ejecuta'),
    },
  ],
  async run(io, values, positionals) {
    const words = positionals.join(' ').trim();
    if (!words) throw new AplombError('EmptyNote', 'the note is empty', { exit: EXIT.usage, fix: 'aplomb note "what happened"' });
    const file = openCase(findCase(io, values), { responder: responderName(io, values), tool: TOOL });
    try {
      const entry = file.append('note', { text: words });
      if (!io.json) io.out(`${entry.time}  ${io.lang === 'es' ? 'anotado' : 'noted'}`);
      return { exit: EXIT.ok, result: { case: file.dir, entry: entry.seq, time: entry.time } };
    } finally {
      file.close();
    }
  },
};
