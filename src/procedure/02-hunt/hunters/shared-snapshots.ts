import type { ActionContext, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';

/** The attribute of an RDS snapshot that lists who may restore it. */
export interface RestoreAttribute {
  AttributeName?: string;
  AttributeValues?: string[];
}
/** Restoring a snapshot is reading the database. */
export function restoreReasons(ctx: ActionContext, attributes: readonly RestoreAttribute[] | undefined): Reason[] {
  const values = (attributes ?? []).filter((one) => one.AttributeName === 'restore').flatMap((one) => one.AttributeValues ?? []);
  const accounts = values.filter((value) => /^\d{12}$/.test(value) && value !== ctx.facts.account);
  return [
    ...(values.includes('all')
      ? [{ code: 'public' as const, text: text('anybody with an AWS account may restore it', 'cualquiera con una cuenta de AWS puede restaurarla') }]
      : []),
    ...(accounts.length > 0
      ? [
          {
            code: 'shared-outside' as const,
            text: text(`may be restored by ${accounts.slice(0, 5).join(', ')}`, `la puede restaurar ${accounts.slice(0, 5).join(', ')}`),
          },
        ]
      : []),
  ];
}
