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
    'Two ways, both written down: by default the guest shuts down, so buffers are written and its shutdown scripts run, the attacker’s too; with --skip-os-shutdown the power is cut, so no script runs and the file system stays dirty. RAM, instance store (named with its sizes) and an auto-assigned public address are lost either way. Snapshots should be completed first: the playbook compromised-instance holds that gate for you; this command is the step alone.',
    'Dos maneras, ambas registradas: por defecto el sistema se apaga, así que se escriben los búferes y corren los scripts de apagado, también los del atacante; con --skip-os-shutdown se corta la corriente, no corre ninguno y el sistema de archivos queda sin cerrar. En ambos casos se pierden la RAM, el almacén de instancia (nombrado con sus tamaños) y la dirección pública automática. Las instantáneas deberían estar completas antes: el playbook compromised-instance guarda esa puerta; esta orden es solo el paso.',
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
