import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Key pair made or imported', 'Par de claves creado o importado'),
  description: text(
    'Machines started with it let its holder in by SSH. Attackers import one public key into every region; administrators make one now and then.',
    'Las máquinas arrancadas con él dejan entrar a su dueño por SSH. Los atacantes importan una misma clave pública en cada región; los administradores crean una de vez en cuando.',
  ),
  severity: 'low',
  attack: ['T1098.004'],
  apis: ['ec2:ImportKeyPair', 'ec2:CreateKeyPair', 'lightsail:ImportKeyPair', 'lightsail:CreateKeyPair'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for key pair ${named(record, 'keyName', 'keyPairName')} in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} para el par de claves ${named(record, 'keyName', 'keyPairName')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('imported', call('ec2:ImportKeyPair', { keyName: 'x', publicKeyMaterial: 'c3NoLXJzYQ==' })),
      example('refused', denied('ec2:CreateKeyPair', { keyName: 'x' })),
    ],
    quiet: [
      example('Beanstalk', byService('elasticbeanstalk', 'ec2:CreateKeyPair', { keyName: 'x' })),
      example('Cloud9', byService('cloud9', 'ec2:ImportKeyPair', { keyName: 'x' })),
    ],
  },
};
