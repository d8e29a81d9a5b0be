import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { inlineHunter } from '../hunting/inline-policies.ts';

/** What a user may do by policies written into it. */
export const hunter: Hunter = inlineHunter('User', text('Policies written into users', 'Políticas insertadas en usuarios'));
