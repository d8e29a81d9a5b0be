import type { ActionContext } from '../../kernel/index.ts';

/** IAM's own rule for user, role and policy names. Anything else that claims to be one is hostile text and is not used. */
export const isIamName = (name: unknown): name is string => typeof name === 'string' && /^[A-Za-z0-9_+=,.@-]{1,128}$/.test(name);

/** Name of an inline policy of this case: recognisable in the console, unique for the case. */
export const policyName = (ctx: ActionContext, what: 'DenyAll' | 'RevokeOlderSessions'): string =>
  `Aplomb-${ctx.facts.caseId.replace(/[^A-Za-z0-9_+=,.@-]/g, '-').slice(0, 80)}-${what}`;

/** Hostile text made fit for a sentence to another person: one line, printable, bounded. */
export const oneLine = (hostile: unknown, limit = 200): string => {
  // Control, format (bidirectional overrides, zero width), surrogate and private-use characters; then runs of spaces.
  const clean = String(hostile ?? '')
    .slice(0, limit * 4)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
};
