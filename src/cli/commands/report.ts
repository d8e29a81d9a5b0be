import { readCase } from '../../evidence/index.ts';
import { EXIT, text } from '../../kernel/index.ts';
import { writeReport } from '../../report/index.ts';
import { findCase } from '../case.ts';
import { type Command, string } from '../spec.ts';

export const brief = text('Write the report: one HTML file that opens offline', 'Escribir el informe: un solo fichero HTML que se abre sin red');
export const order = 82;
export const command: Command = {
  description: text(
    'Made from the ledger alone; it can be made again at any time and is not evidence itself.',
    'Hecho solo a partir del registro; puede rehacerse en cualquier momento y no es evidencia.',
  ),
  flags: {
    out: {
      kind: 'string',
      placeholder: 'FILE',
      brief: text('Where to (default: derived/report.html in the case)', 'Dónde (por defecto: derived/report.html en el caso)'),
    },
  },
  common: ['case'],
  examples: [{ line: 'aplomb report --lang es --out informe.html', why: text('in Spanish', 'en español') }],
  async run(io, values) {
    const file = readCase(findCase(io, values));
    const path = await writeReport(file, { lang: io.lang, out: string(values, 'out') });
    io.emit({ kind: 'event', code: 'report', level: 'info', time: new Date().toISOString(), data: { path } });
    if (!io.json) io.out(path);
    return { exit: EXIT.ok, result: { case: file.dir, report: path } };
  },
};
