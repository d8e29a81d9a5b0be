import { type Text, text } from '../../kernel/index.ts';

export { STEP_NAMES as STEPS, VERDICT_NAMES as VERDICTS } from '../../report/words.ts';
export const OF = text('of', 'de');
/** How a change ended that did not succeed. */
export const STATES: Readonly<Record<string, Text>> = {
  refused: text('AWS refused', 'AWS lo rechazó'),
  failed: text('failed', 'falló'),
  drifted: text('changed by somebody else meanwhile, so left alone', 'lo cambió otro entretanto, así que no se toca'),
  blocked: text('not done, since something before it did not succeed', 'no se hizo, pues algo anterior no salió bien'),
  waiting: text('not finished yet', 'aún sin terminar'),
  unknown: text('in doubt, for the answer was lost', 'en duda, pues se perdió la respuesta'),
};
