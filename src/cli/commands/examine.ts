import { text } from '../../kernel/index.ts';
import { EXAMINE_FLAGS, INSTANCE } from '../instance-flags.ts';
import { collectorsOfStep } from '../registry.ts';
import { flag } from '../spec.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 10: attach the volume, read the snapshot block by block', 'Paso 10: conectar el volumen, leer la instantánea bloque a bloque');
export const order = 51;
export const command = verb({
  name: 'examine',
  about: 'instance',
  actions: (values) => (flag(values, 'no-attach') ? [] : ['attach']),
  collectors: (values) => (flag(values, 'no-read') ? [] : collectorsOfStep('10-examine')),
  positional: INSTANCE,
  flags: {
    ...EXAMINE_FLAGS,
    'no-attach': { kind: 'boolean', brief: text('Only read the snapshot through the EBS direct API', 'Solo leer la instantánea con la API directa de EBS') },
    'no-read': { kind: 'boolean', brief: text('Only attach the volume', 'Solo conectar el volumen') },
  },
  examples: [
    {
      line: 'aplomb examine i-0123456789abcdef0 --no-attach',
      why: text('a verified image of the snapshot, no workstation needed', 'una imagen verificada de la instantánea, sin estación de trabajo'),
    },
  ],
});
