import { text } from '../../kernel/index.ts';
import type { Command } from '../spec.ts';
import { ALSO, TAKES_BACK, takingBack } from '../take-back.ts';

export const brief = text('Let the instance go again: exactly as it was before step 4', 'Soltar la instancia: exactamente como estaba antes del paso 4');
export const order = 45;

/** The step whose changes `release` takes back. */
const ISOLATION = 4;
export const command: Command = {
  description: text(
    'Takes back what step 4 changed, newest first: the former security groups of each interface, addresses, instance profile, metadata service, load balancers, Auto Scaling, protection. Each is read again afterwards. What cannot come back (an automatic public address) is said before anything starts.',
    'Deshace lo que cambió el paso 4, de lo más nuevo a lo más viejo: los grupos de seguridad anteriores de cada interfaz, direcciones, perfil de instancia, servicio de metadatos, balanceadores, Auto Scaling, protección. Después se vuelve a leer cada cosa. Lo que no puede volver (una dirección pública automática) se dice antes de empezar.',
  ),
  flags: ALSO,
  common: TAKES_BACK,
  examples: [
    { line: 'aplomb release', why: text('after the investigation, or when it was a false alarm', 'tras la investigación, o si era una falsa alarma') },
    { line: 'aplomb release --lang es', why: text('the same, told in Spanish', 'lo mismo, contado en español') },
  ],
  run: takingBack('release', (all) => all.filter((one) => one.step === ISOLATION)),
};
