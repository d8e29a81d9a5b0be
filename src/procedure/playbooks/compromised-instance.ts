import { type Playbook, type PlaybookItem, text } from '../../kernel/index.ts';

/** What isolation and the stop take away comes first: screen, console, memory of who reaches what, membership, telemetry. */
const COLLECT: PlaybookItem = {
  collect: [
    'describe-instance',
    'console-output',
    'console-screenshot',
    'user-data',
    'instance-attributes',
    'network-interfaces',
    'security-groups',
    'network-context',
    'vpc-endpoints',
    'vpc-gateways',
    'prefix-lists',
    'vpc-block-public-access',
    'traffic-mirroring',
    'flow-logs',
    'auto-scaling',
    'load-balancers',
    'spot-request',
    'containers',
    'cloudformation-stack',
    'launch-template',
    'remote-access',
    'ssm-agent',
    'ssm-commands',
    'instance-profile',
    'role-last-accessed',
    'volumes',
    'volume-keys',
    'ebs-defaults',
    'recycle-bin',
    'source-image',
    'key-pair',
    'firmware',
    'metrics',
    'cloudtrail-events',
    'config-history',
    'guardduty-findings',
    'inspector-findings',
    'compare-siblings',
  ],
};
const PRESERVE: PlaybookItem = { together: [COLLECT, { action: 'snapshot' }] };
const MEMORY: PlaybookItem = {
  gate: 'memory',
  title: text('The memory is taken, or given up for a reason', 'La memoria está tomada, o se renuncia a ella por un motivo'),
  needs: [{ kept: 'memory' }],
  asks: text(
    'What runs only in memory (processes, keys, connections) is lost with isolation and the stop. Take it now by LiME or AVML and bring it in (aplomb note --attach FILE --as memory "who, how, when"), or say why you go on without it.',
    'Lo que solo está en memoria (procesos, claves, conexiones) se pierde con el aislamiento y la parada. Tómela ahora con LiME o AVML y tráigala (aplomb note --attach ARCHIVO --as memory "quién, cómo, cuándo"), o diga por qué sigue sin ella.',
  ),
};
/** What would end the instance, or send it work, lets go of it first; then the network; each does only what is asked of it. */
const CUT_OFF: readonly PlaybookItem[] = [
  { action: 'leave-auto-scaling' },
  { action: 'leave-load-balancers' },
  { action: 'isolate' },
  { action: 'remove-public-addresses' },
  { action: 'cut-connections' },
];
/** SSM needs the role and the metadata service until the memory is taken. */
const DISARM: readonly PlaybookItem[] = [{ action: 'replace-instance-profile' }, { action: 'disable-metadata' }, { action: 'revoke-instance-role' }];
const KEEP: readonly PlaybookItem[] = [{ action: 'tag' }, { action: 'lock-snapshots' }, { action: 'suppress-deletion' }, { action: 'await-snapshots' }];
const EXAMINE: readonly PlaybookItem[] = [
  {
    gate: 'snapshots-completed',
    title: text('Stop only when every volume is safe in a completed snapshot', 'Detener solo cuando todo volumen esté a salvo en una instantánea completa'),
    needs: [{ action: 'await-snapshots', check: 'completed', verdict: 'holds' }],
  },
  { action: 'stop' },
  { action: 'volume' },
  { action: 'attach' },
  { collect: ['read-snapshot'] },
];

/**
 * What is read and frozen comes first: isolation and the stop take away addresses, console buffer, groups and tag values.
 * The snapshots begin before isolation and are waited for behind it; nothing is stopped before they are complete.
 */
export const playbook: Playbook = {
  id: 'compromised-instance',
  title: text('A compromised instance', 'Una instancia comprometida'),
  about: 'instance',
  order: {
    id: 'evidence-first',
    trade: text(
      'Everything is read, frozen and taken from memory before the attacker notices anything; meanwhile he can go on.',
      'Todo se lee, se congela y se toma de memoria antes de que el atacante note nada; mientras tanto puede seguir.',
    ),
  },
  items: [{ action: 'protect' }, PRESERVE, MEMORY, ...CUT_OFF, ...DISARM, { action: 'verify-isolation' }, ...KEEP, ...EXAMINE],
  others: [
    {
      id: 'isolate-first',
      trade: text(
        'The attacker is cut off at once; he notices, and open connections, addresses and load-balancer state are no longer seen as they were.',
        'El atacante queda aislado de inmediato; se da cuenta, y las conexiones abiertas, direcciones y balanceadores ya no se ven como estaban.',
      ),
      items: [{ action: 'protect' }, ...CUT_OFF, { action: 'verify-isolation' }, PRESERVE, MEMORY, ...DISARM, ...KEEP, ...EXAMINE],
    },
  ],
};
