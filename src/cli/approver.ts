import { createInterface } from 'node:readline/promises';
import type { Approver } from '../engine/index.ts';
import { plainText } from '../i18n/index.ts';
import { AplombError, EXIT } from '../kernel/index.ts';
import type { Io } from './io.ts';

async function ask(io: Io, question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await prompt.question(question, { signal: io.signal })).trim();
  } finally {
    prompt.close();
  }
}

/** Approval at the terminal; `--yes` approves plans but never replaces a typed word. Without a terminal a prompt is a refusal. */
export function approver(io: Io, yes: boolean, by: 'terminal' | 'file' = 'terminal'): Approver {
  const noTerminal = (what: string, fix: string): AplombError =>
    new AplombError('NoTerminal', `${what}, and there is no terminal to ask at`, { exit: EXIT.declined, fix });
  return {
    async approve() {
      if (yes) return by === 'file' ? 'file' : 'flag';
      if (!io.interactive || io.json)
        throw noTerminal('the plan needs an approval', 'Run it in a terminal, or add --yes where the plan may be approved without being asked.');
      const answer = await ask(io, io.lang === 'es' ? '       ¿Hacerlo? [s/N] ' : '       Do it? [y/N] ');
      return /^(y|yes|s|si|sí)$/i.test(answer) ? by : null;
    },
    async typed(word, why) {
      if (!io.interactive || io.json)
        throw noTerminal(`the word "${word}" must be typed`, 'Run it in a terminal: --yes does not replace the word, on purpose.');
      io.err(`       ! ${plainText(io.say(why), 600)}`);
      return (await ask(io, io.lang === 'es' ? `       Teclee "${word}" para seguir: ` : `       Type "${word}" to go on: `)) === word;
    },
    async reason(question) {
      if (!io.interactive || io.json) return null;
      io.err(`       ! ${plainText(io.say(question), 600)}`);
      return (await ask(io, io.lang === 'es' ? '       Motivo para seguir (Intro: parar aquí): ' : '       Reason to go on (Enter: stop here): ')) || null;
    },
  };
}

/** Asks whoever sits at the terminal to sign in again, elsewhere; false where nobody does. */
export const signInAgain =
  (io: Io) =>
  async (why: AplombError): Promise<boolean> => {
    if (!io.interactive || io.json) return false;
    io.err(`       ! ${plainText(why.message, 300)}`);
    await ask(
      io,
      io.lang === 'es'
        ? '       Inicie sesión de nuevo en otra ventana (aws sso login) y pulse Intro para seguir: '
        : '       Sign in again in another window (aws sso login), then press Enter to go on: ',
    );
    return true;
  };
