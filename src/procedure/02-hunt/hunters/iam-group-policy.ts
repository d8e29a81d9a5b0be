import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { inlineHunter } from '../hunting/inline-policies.ts';

/** What the members of a group may do by policies written into it. */
export const hunter: Hunter = inlineHunter('Group', text('Policies written into groups', 'Políticas insertadas en grupos'));
