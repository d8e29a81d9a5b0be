import { text } from '../../kernel/index.ts';

export { STEP_NAMES as STEPS, VERDICT_NAMES as VERDICTS } from '../../report/words.ts';
export const OF = text('of', 'de');
