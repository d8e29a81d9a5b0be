import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { inlineHunter } from '../hunting/inline-policies.ts';

/** What a role may do by policies written into it. */
export const hunter: Hunter = inlineHunter('Role', text('Policies written into roles', 'Políticas insertadas en roles'));
