import { type Text, text } from '../../kernel/index.ts';

/** What a power is good for, gravest first. */
export const POWERS = [
  'admin',
  'iam',
  'broad',
  'escalation',
  'credentials',
  'data',
  'blinding',
  'sharing',
  'destruction',
  'spending',
  'movement',
  'reading',
] as const;
export type PowerKind = (typeof POWERS)[number];

export interface Path {
  readonly kind: PowerKind;
  /** One of each list is needed. */
  readonly needs: readonly (readonly string[])[];
  readonly why: Text;
  /** Harmless on one's own user (`${aws:username}`), which is how people look after their own keys. */
  readonly ownIsFine?: boolean;
}
export const path = (kind: PowerKind, needs: readonly (readonly string[])[], en: string, es: string, ownIsFine = false): Path => ({
  kind,
  needs,
  why: text(en, es),
  ownIsFine,
});
