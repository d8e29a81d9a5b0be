import { type Reason, text } from '../../../kernel/index.ts';

/** What is sent to another account leaves the house: every event a rule lets through, every call a schedule makes. */
export function sendsOutside(arns: readonly (string | undefined)[], account: string | undefined): Reason[] {
  const others = [...new Set(arns.map((arn) => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn ?? '')?.[1]))].filter(
    (one): one is string => one !== undefined && one !== account,
  );
  return others.length === 0
    ? []
    : [{ code: 'shared-outside', text: text(`sends to another account: ${others.join(', ')}`, `envía a otra cuenta: ${others.join(', ')}`) }];
}
