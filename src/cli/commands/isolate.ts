import { text } from '../../kernel/index.ts';
import { INSTANCE, ISOLATE_FLAGS, PROTECT_FLAGS, STEP_FLAGS } from '../instance-flags.ts';
import { flag, string, type Values } from '../spec.ts';
import { verb, WATCH } from '../verb.ts';

type Part = readonly [action: string, wanted: (values: Values) => boolean];
/** Is something asked for that is not simply left alone? */
const asks = (values: Values, name: string, nothing: string): boolean => (string(values, name) ?? nothing) !== nothing;

/** What keeps the instance alive, and has nothing to do with one another. */
const KEEPS: readonly Part[] = [
  ['protect', (values) => !flag(values, 'no-protect')],
  ['leave-auto-scaling', (values) => !flag(values, 'no-leave-auto-scaling')],
];
/**
 * The rest of the step in its order: what others send to it, the network, what it may act as, the verdict. Only what
 * touches nothing but this instance is done unasked; a role ends last, for SSM needs it.
 */
const THEN: readonly Part[] = [
  ['leave-load-balancers', (values) => flag(values, 'leave-load-balancers') || flag(values, 'keep-last-target')],
  ['isolate', () => true],
  ['remove-public-addresses', (values) => asks(values, 'public-addresses', 'keep')],
  ['cut-connections', (values) => asks(values, 'cut', 'none')],
  ['replace-instance-profile', (values) => asks(values, 'instance-role', 'keep') || string(values, 'evidence-profile') !== undefined],
  ['disable-metadata', (values) => flag(values, 'disable-metadata')],
  ['revoke-instance-role', (values) => flag(values, 'revoke-role')],
  ['verify-isolation', (values) => !flag(values, 'no-verify')],
];

export const brief = text('Step 4: cut the instance off; only you may come in', 'Paso 4: aislar la instancia; solo usted puede entrar');
export const order = 44;
export const command = verb({
  name: 'isolate',
  about: 'instance',
  actions(values) {
    const chosen = (parts: readonly Part[]): string[] => parts.filter(([, wanted]) => wanted(values)).map(([id]) => id);
    return [chosen(KEEPS), ...chosen(THEN)];
  },
  description: text(
    'Protects the instance from being ended, takes it out of its Auto Scaling group, then makes a security group that lets in one address on one port (or nobody, by SSM) and lets nothing out (IPv4 and IPv6), and puts it, alone, on every network interface, those of containers included. Connections that are already open may live on: the verdict says so, --cut ends them. Load balancers, public addresses, the role and its sessions are touched only when you ask. Undo, or release, puts everything back.',
    'Protege la instancia para que nadie la termine, la saca de su grupo de Auto Scaling, y crea un grupo de seguridad que deja entrar a una sola dirección por un puerto (o a nadie, por SSM) y no deja salir nada (IPv4 e IPv6), y lo pone, solo, en cada interfaz de red, también las de contenedores. Las conexiones ya abiertas pueden seguir vivas: el veredicto lo dice, --cut las corta. Balanceadores, direcciones públicas, el rol y sus sesiones solo se tocan si usted lo pide. Undo, o release, lo restituye todo.',
  ),
  positional: INSTANCE,
  watched: 'verify-isolation',
  flags: { ...ISOLATE_FLAGS, ...PROTECT_FLAGS, ...STEP_FLAGS, watch: WATCH },
  examples: [
    { line: 'aplomb isolate i-0123456789abcdef0 --from-ip 198.51.100.7', why: text('SSH from that address only', 'SSH solo desde esa dirección') },
    {
      line: 'aplomb isolate 203.0.113.9 --from-ip 198.51.100.7 --port 3389',
      why: text('a Windows server, named by its address', 'un servidor Windows, nombrado por su dirección'),
    },
    {
      line: 'aplomb isolate web-1 --access ssm --ssm-endpoints create --public-addresses remove',
      why: text('nobody comes in; you get in by Systems Manager', 'no entra nadie; usted entra por Systems Manager'),
    },
    {
      line: 'aplomb isolate web-1 --from-ip 198.51.100.7 --watch',
      why: text('and look again every five minutes: flow logs come late', 'y volver a mirar cada cinco minutos: los registros de flujo llegan tarde'),
    },
    {
      line: 'aplomb isolate web-1 --instance-role remove --revoke-role --role-region eu-central-1',
      why: text('after memory is taken: the role too, and the sessions stolen with it', 'tras tomar la memoria: también el rol, y las sesiones robadas con él'),
    },
  ],
});
