import type { Playbook } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';

/**
 * The key first: every minute it works costs. The hunt then shows what else must be contained, and its result fills
 * the letter to AWS.
 */
export const playbook: Playbook = {
  id: 'leaked-key',
  title: text('An access key leaked', 'Se filtró una clave de acceso'),
  about: 'key',
  items: [
    { together: [{ action: 'deactivate-key' }, { action: 'deny-user' }] },
    { action: 'hunt' },
    { together: [{ action: 'contain-found-keys' }, { action: 'revoke-role-sessions' }] },
    { action: 'support-case' },
  ],
};
