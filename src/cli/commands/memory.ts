import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { INSTANCE } from '../instance-flags.ts';
import type { Command } from '../spec.ts';

export const brief = text('Step 8: take its memory (not in this version)', 'Paso 8: capturar su memoria (no en esta versión)');
export const order = 49;
export const command: Command = {
  positionals: [{ ...INSTANCE, optional: true }],
  common: ['case'],
  examples: [{ line: 'aplomb stop INSTANCE', why: text('what step 8 does today', 'lo que el paso 8 hace hoy') }],
  async run() {
    throw new AplombError('NotInThisVersion', 'taking memory is not part of this version', {
      exit: EXIT.usage,
      fix: 'docs/steps/08-stop.md tells how to take it by hand with LiME or AVML before you stop the instance.',
    });
  },
};
