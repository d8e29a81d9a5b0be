import { type Playbook, text } from '../../kernel/index.ts';

/**
 * What is read and frozen comes first: isolation and the stop take away addresses, console buffer, groups and tag values.
 * The snapshots begin before isolation and are waited for behind it; nothing is stopped before they are complete.
 */
export const playbook: Playbook = {
  id: 'compromised-instance',
  title: text('A compromised instance', 'Una instancia comprometida'),
  about: 'instance',
  items: [
    {
      together: [
        {
          collect: [
            'describe-instance',
            'console-output',
            'console-screenshot',
            'user-data',
            'instance-attributes',
            'volumes',
            'network-interfaces',
            'security-groups',
            'network-context',
            'instance-profile',
          ],
        },
        { action: 'snapshot' },
      ],
    },
    { action: 'isolate' },
    { action: 'tag' },
    { action: 'await-snapshots' },
    {
      gate: 'snapshots-completed',
      title: text('Stop only when every volume is safe in a completed snapshot', 'Detener solo cuando todo volumen esté a salvo en una instantánea completa'),
      needs: [{ action: 'await-snapshots', check: 'completed', verdict: 'holds' }],
    },
    { action: 'stop' },
    { action: 'volume' },
    { action: 'attach' },
    { collect: ['read-snapshot'] },
  ],
};
