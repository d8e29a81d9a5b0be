import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { inlineHunter } from './iam-inline.ts';

export const hunter: Hunter = inlineHunter('Group', text('Policies written into groups', 'Políticas insertadas en grupos'));
