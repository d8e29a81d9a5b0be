import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { inlineHunter } from '../hunting/inline-policies.ts';

export const hunter: Hunter = inlineHunter('Group', text('Policies written into groups', 'Políticas insertadas en grupos'));
