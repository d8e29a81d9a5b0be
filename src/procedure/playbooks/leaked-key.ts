import type { Playbook } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';

/** Everything the attacker may come back with, as the hunt found it; none waits for another. */
const FOUND = [
  'contain-found-keys',
  'delete-login-profiles',
  'deactivate-mfa-devices',
  'deactivate-service-credentials',
  'deactivate-ssh-keys',
  'deactivate-signing-certificates',
  'disable-roles-anywhere',
  'close-role-trust',
  'revoke-role-sessions',
] as const;
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
    { together: FOUND.map((action) => ({ action })) },
    // Through a role he still held he may have taken back what was done first; now that it is gone, it is done for good.
    { reaffirm: ['deactivate-key', 'deny-user', 'contain-found-keys'] },
    { action: 'support-case' },
    // When it is red the same command goes on: the hunt sees what came since, and containing starts from that.
    { action: 'watch-containment', again: ['hunt', ...FOUND] },
    { collect: ['iam-changes'] },
  ],
};
