import { text } from '../../kernel/index.ts';
import { INSTANCE, VOLUME_FLAGS } from '../instance-flags.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 9: a working volume from the snapshot', 'Paso 9: un volumen de trabajo a partir de la instantánea');
export const order = 50;
export const command = verb({
  name: 'volume',
  about: 'instance',
  actions: () => ['volume'],
  positional: INSTANCE,
  flags: VOLUME_FLAGS,
  examples: [
    {
      line: 'aplomb volume --forensic profile:forensic --forensic-key alias/case --initialise 300',
      why: text('in the forensic account, under its own key, loaded whole', 'en la cuenta forense, con su propia clave, cargado entero'),
    },
    {
      line: 'aplomb volume i-0123456789abcdef0 --workstation forensic-workstation',
      why: text('gp3, in the workstation’s zone', 'gp3, en la zona de la estación de trabajo'),
    },
  ],
});
