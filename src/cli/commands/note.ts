import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { openCase } from '../../evidence/index.ts';
import { AplombError, type CaseFile, type EvidenceItem, EXIT, type JsonObject, TOOL, text, utc } from '../../kernel/index.ts';
import { findCase, responderName } from '../case.ts';
import { type Command, string } from '../spec.ts';

export const brief = text('Write a note into the case, with the time', 'Anotar algo en el caso, con la hora');
export const order = 22;
export const command: Command = {
  positionals: [{ name: 'TEXT', many: true, brief: text('What you saw, thought, decided or were told', 'Lo que vio, pensó, decidió o le dijeron') }],
  flags: {
    attach: {
      kind: 'string',
      placeholder: 'FILE',
      brief: text('Keep this file as evidence with the note', 'Guardar este archivo como evidencia con la nota'),
    },
    as: {
      kind: 'string',
      placeholder: 'NAME',
      brief: text(
        'What the evidence is called (default: the name of the file); "memory" for an image of the RAM',
        'Cómo se llama la evidencia (por defecto: el nombre del archivo); "memory" para una imagen de la RAM',
      ),
    },
    responder: { kind: 'string', placeholder: 'NAME', brief: text('Who says so (default: your login)', 'Quién lo dice (por defecto: su usuario)') },
  },
  common: ['case'],
  examples: [
    {
      line: 'aplomb note "10:40 the CTO agrees to stop the web server"',
      why: text('works while another command runs', 'funciona mientras otra orden se ejecuta'),
    },
    {
      line: 'aplomb note --attach web1.lime --as memory "RAM taken with LiME over SSH by Ana, 10:52 to 10:58"',
      why: text('what was taken by other means belongs to the case too', 'lo obtenido por otros medios también pertenece al caso'),
    },
  ],
  async run(io, values, positionals) {
    const words = positionals.join(' ').trim();
    if (!words) throw new AplombError('EmptyNote', 'the note is empty', { exit: EXIT.usage, fix: 'aplomb note "what happened"' });
    const file = openCase(findCase(io, values), { responder: responderName(io, values), tool: TOOL });
    try {
      const path = string(values, 'attach');
      const item = path === undefined ? null : await attached(file, path, string(values, 'as'));
      if (item) file.append('evidence', { items: [item] });
      const entry = file.append('note', { text: words });
      if (!io.json) io.out(`${entry.time}  ${io.lang === 'es' ? 'anotado' : 'noted'}${item ? `  ${item.sha256}` : ''}`);
      const evidence: JsonObject = item ? { evidence: { name: item.name, sha256: item.sha256, bytes: item.bytes } } : {};
      return { exit: EXIT.ok, result: { case: file.dir, entry: entry.seq, time: entry.time, ...evidence } };
    } finally {
      file.close();
    }
  },
};

/** A file somebody brings, streamed into the case. The time is that of the bringing: when it was taken is for the note to say. */
async function attached(file: CaseFile, path: string, name: string | undefined): Promise<EvidenceItem> {
  let size: number;
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new Error('it is not a file');
    size = found.size;
  } catch (cause) {
    throw new AplombError('NoSuchFile', `${path} cannot be attached: ${(cause as Error).message}`, {
      exit: EXIT.usage,
      fix: 'Name a file that can be read.',
      cause,
    });
  }
  const stored = await file.store(createReadStream(path));
  if (stored.bytes !== size)
    throw new AplombError('FileChanged', `${path} changed while it was read: ${stored.bytes} of ${size} bytes`, {
      fix: 'Attach it again when nobody writes to it.',
    });
  return { ...stored, name: name ?? basename(path), mediaType: 'application/octet-stream', source: { tool: TOOL, time: utc(Date.now()) } };
}
