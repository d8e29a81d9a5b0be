import { text } from '../../kernel/index.ts';
import { FORENSIC_PLACE, INSTANCE } from '../instance-flags.ts';
import { type Flag, flag, type Values } from '../spec.ts';
import { verb } from '../verb.ts';

const FLAGS: Readonly<Record<string, Flag>> = {
  ...FORENSIC_PLACE,
  'forensic-key': {
    kind: 'string',
    placeholder: 'KEY',
    brief: text(
      'KMS key of the copies there: id, alias or ARN; or create, for a key of the case (default: its default key for EBS)',
      'Clave KMS de las copias allí: id, alias o ARN; o create, para una clave del caso (por defecto: su clave por defecto para EBS)',
    ),
  },
  'source-key': {
    kind: 'string',
    placeholder: 'KEY',
    brief: text(
      'Customer key of the instance’s account, for what is under the managed key aws/ebs, which cannot be shared',
      'Clave de cliente de la cuenta de la instancia, para lo que está bajo la clave administrada aws/ebs, que no se puede compartir',
    ),
  },
  grant: {
    kind: 'string',
    placeholder: 'create',
    brief: text(
      'create: grant the forensic account what it lacks on the snapshots’ key (default: name it and stop)',
      'create: conceder a la cuenta forense lo que le falte sobre la clave de las instantáneas (por defecto: decirlo y parar)',
    ),
  },
  sample: {
    kind: 'string',
    placeholder: 'N',
    brief: text(
      'Compare only so many blocks of each, drawn by a seed (default: all)',
      'Comparar solo tantos bloques de cada una, por sorteo con semilla (por defecto: todos)',
    ),
  },
  'no-verify': { kind: 'boolean', brief: text('Copy only; compare later', 'Solo copiar; comparar después') },
  'only-verify': { kind: 'boolean', brief: text('Compare only', 'Solo comparar') },
  'remove-intermediate': {
    kind: 'boolean',
    brief: text(
      'Delete the re-encrypted copies on the way, once all is compared; a word is asked for',
      'Borrar las copias intermedias recifradas, ya comparado todo; se pide una palabra',
    ),
  },
};
const actions = (values: Values): string[] => [
  ...(flag(values, 'only-verify') ? [] : ['copy-snapshots']),
  ...(flag(values, 'no-verify') ? [] : ['verify-copies']),
  ...(flag(values, 'remove-intermediate') ? ['remove-intermediate-copies'] : []),
];

export const brief = text(
  'Step 7: copy the snapshots to a forensic account or Region, and compare',
  'Paso 7: copiar las instantáneas a otra cuenta o región, y comparar',
);
export const order = 47;
export const command = verb({
  name: 'copy',
  about: 'instance',
  actions,
  description: text(
    'Each snapshot goes the shortest way its encryption allows, is shared with that one account only, and lies there under its own key. Then both sides are read block by block; price and time are said first. Nothing is deleted before that.',
    'Cada instantánea va por el camino más corto que permite su cifrado, se comparte solo con esa cuenta y queda allí bajo su propia clave. Después se leen ambos lados bloque a bloque; antes se dicen precio y tiempo. Nada se borra antes de eso.',
  ),
  positional: INSTANCE,
  flags: FLAGS,
  examples: [
    {
      line: 'aplomb copy --forensic profile:forensics --forensic-key create --grant create',
      why: text('to a forensic account, under a key of the case', 'a una cuenta forense, bajo una clave del caso'),
    },
    {
      line: 'aplomb copy i-0123456789abcdef0 --forensic-region eu-central-1',
      why: text('to another Region of the same account', 'a otra región de la misma cuenta'),
    },
    {
      line: 'aplomb copy --forensic profile:forensics --only-verify --sample 2000',
      why: text('a quick look at copies made before', 'una mirada rápida a copias ya hechas'),
    },
  ],
});
