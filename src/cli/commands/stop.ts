import { text } from '../../kernel/index.ts';
import { INSTANCE, STOP_FLAGS } from '../instance-flags.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 8: stop the instance (its memory is lost)', 'Paso 8: detener la instancia (se pierde su memoria)');
export const order = 48;
export const command = verb({
  name: 'stop',
  about: 'instance',
  actions: () => ['stop'],
  description: text(
    'RAM, instance store and an auto-assigned public address are lost. Snapshots should be completed first: the playbook compromised-instance holds that gate for you; this command is the step alone.',
    'Se pierden la RAM, el almacén de instancia y la dirección pública automática. Las instantáneas deberían estar completas antes: el playbook compromised-instance guarda esa puerta; esta orden es solo el paso.',
  ),
  positional: INSTANCE,
  flags: STOP_FLAGS,
  examples: [
    {
      line: 'aplomb stop i-0123456789abcdef0 --skip-os-shutdown',
      why: text('pull the plug: the guest’s shutdown scripts do not run', 'cortar la corriente: los scripts de apagado no se ejecutan'),
    },
  ],
});
