import type { Playbook } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';

/** Done anew when the watch was red: the hunt sees what came since, and containing goes on from it. */
const AGAIN = ['hunt', 'contain-found-keys', 'revoke-role-sessions'] as const;

/**
 * The key first: every minute it works costs. The hunt then shows what else must be contained, and its result fills
 * the letter to AWS. At the end the containment is watched, since IAM is late and attackers come back.
 */
export const playbook: Playbook = {
  id: 'leaked-key',
  title: text('An access key leaked', 'Se filtró una clave de acceso'),
  about: 'key',
  items: [
    { action: 'identify-key' },
    { together: [{ collect: ['iam-state'] }, { action: 'deactivate-key' }, { action: 'deny-user' }, { action: 'revoke-issuer-sessions' }] },
    { action: 'hunt' },
    { together: [{ action: 'contain-found-keys' }, { action: 'revoke-role-sessions' }] },
    { action: 'support-case' },
    { action: 'watch-containment', again: AGAIN },
    { collect: ['iam-changes'] },
  ],
};
