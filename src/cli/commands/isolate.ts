import { text } from '../../kernel/index.ts';
import { INSTANCE, ISOLATE_FLAGS } from '../instance-flags.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 4: cut the instance off; only you may come in', 'Paso 4: aislar la instancia; solo usted puede entrar');
export const order = 44;
export const command = verb({
  name: 'isolate',
  about: 'instance',
  actions: () => ['isolate'],
  description: text(
    'Makes a security group that lets in one address on one port and lets nothing out (IPv4 and IPv6), and puts it, alone, on every network interface. Connections that are already open may live on until the instance is stopped: the verdict says so. Undo puts the former groups back.',
    'Crea un grupo de seguridad que deja entrar a una sola dirección por un puerto y no deja salir nada (IPv4 e IPv6), y lo pone, solo, en cada interfaz de red. Las conexiones ya abiertas pueden seguir vivas hasta detener la instancia: el veredicto lo dice. Undo restituye los grupos anteriores.',
  ),
  positional: INSTANCE,
  flags: ISOLATE_FLAGS,
  examples: [
    { line: 'aplomb isolate i-0123456789abcdef0 --from-ip 198.51.100.7', why: text('SSH from that address only', 'SSH solo desde esa dirección') },
    {
      line: 'aplomb isolate 203.0.113.9 --from-ip 198.51.100.7 --port 3389',
      why: text('a Windows server, named by its address', 'un servidor Windows, nombrado por su dirección'),
    },
  ],
});
