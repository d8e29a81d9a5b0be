import { verifyCase } from '../../evidence/index.ts';
import { plainText, size } from '../../i18n/index.ts';
import { EXIT, text } from '../../kernel/index.ts';
import { findCase } from '../case.ts';
import { paint } from '../render/paint.ts';
import { type Command, string } from '../spec.ts';

export const brief = text('Prove that every byte of the case is as it was written', 'Probar que cada byte del caso está como se escribió');
export const order = 83;
export const command: Command = {
  description: text(
    'Needs no AWS and no trust in this program: docs/format tells how to do it by hand. Without --key it can only say that the case agrees with itself; with the fingerprint you wrote down when the case was opened it says who signed.',
    'No necesita AWS ni confiar en este programa: docs/format explica cómo hacerlo a mano. Sin --key solo puede decir que el caso concuerda consigo mismo; con la huella que apuntó al abrirlo dice quién firmó.',
  ),
  positionals: [{ name: 'DIR', optional: true, brief: text('The case folder', 'La carpeta del caso') }],
  flags: {
    key: { kind: 'string', placeholder: 'FINGERPRINT', brief: text('The fingerprint from your notebook', 'La huella de su cuaderno') },
    head: {
      kind: 'string',
      placeholder: 'SEQ:HASH',
      brief: text('A head kept elsewhere: finds a case that was rolled back', 'Una cabeza guardada aparte: descubre un caso retrocedido'),
    },
  },
  common: ['case'],
  examples: [{ line: 'aplomb verify cases/2026-014 --key SHA256:...', why: text('exit 0 only when nothing is wrong', 'sale con 0 solo si nada está mal') }],
  async run(io, values, positionals) {
    const dir = positionals[0] ?? findCase(io, values);
    const key = string(values, 'key');
    const head = string(values, 'head');
    const found = await verifyCase(dir, { ...(key ? { key } : {}), ...(head ? { head } : {}) });
    if (!io.json) {
      const ink = paint(io.colour);
      for (const { entry, file, what } of found.problems)
        io.out(`${ink.red('✘')} ${entry !== undefined ? `entry ${entry} ` : ''}${file ? `${plainText(file, 200)} ` : ''}${plainText(what, 500)}`);
      io.out(`${found.entries} entries, ${found.evidence} evidence files, ${size(found.bytes, io.lang)}`);
      if (found.problems.length === 0) {
        io.out(
          found.signer.authenticated
            ? `${ink.green('✔')} ${io.lang === 'es' ? 'Íntegro y firmado por la clave indicada.' : 'Whole, and signed by the key you gave.'}`
            : `${ink.green('✔')} ${io.lang === 'es' ? 'Internamente coherente, firmante no autenticado' : 'internally consistent, signer not authenticated'} (--key ${found.signer.fingerprints[0]})`,
        );
        if (found.head) io.out(ink.dim(`head ${found.head.seq}:${found.head.hash}`));
      } else io.out(ink.red(io.lang === 'es' ? 'INTEGRIDAD ROTA' : 'INTEGRITY BROKEN'));
    }
    return {
      exit: found.problems.length > 0 ? EXIT.integrity : EXIT.ok,
      result: {
        case: dir,
        entries: found.entries,
        evidence: found.evidence,
        bytes: found.bytes,
        problems: found.problems.map((problem) => ({ ...problem })),
        authenticated: found.signer.authenticated,
        fingerprints: [...found.signer.fingerprints],
        head: found.head ? `${found.head.seq}:${found.head.hash}` : null,
      },
    };
  },
};
