import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { inlineHunter } from './iam-inline.ts';

export const hunter: Hunter = inlineHunter('Role', text('Policies written into roles', 'Políticas insertadas en roles'));
