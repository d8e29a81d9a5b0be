import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, at, text as textAt } from '../../event.ts';
import { call, isAws, REFUSED, who } from './saying.ts';

export const detection: Detection = {
  title: text('The account’s password rules were weakened', 'Se debilitaron las reglas de contraseñas de la cuenta'),
  description: text(
    'The rules for passwords were deleted, or now allow short ones. It makes guessing easier and hints at somebody preparing users of his own. See which passwords were set afterwards.',
    'Se borraron las reglas de contraseñas, o ahora permiten contraseñas cortas. Facilita adivinarlas y sugiere que alguien prepara usuarios propios. Vea qué contraseñas se pusieron después.',
  ),
  severity: 'medium',
  attack: ['T1556'],
  apis: ['iam:DeleteAccountPasswordPolicy', 'iam:UpdateAccountPasswordPolicy'],
  when(record) {
    if (isAws(record)) return undefined;
    if (apiOf(record) === 'iam:DeleteAccountPasswordPolicy')
      return text(`${who(record)} deleted the password rules.`, `${who(record)} borró las reglas de contraseñas.`);
    // Left out, the length goes back to six.
    const length = Number(textAt(record, 'requestParameters.minimumPasswordLength') ?? (at(record, 'requestParameters') ? 6 : Number.NaN));
    if (!(length < 8)) return undefined;
    return text(`${who(record)} lets passwords have ${length} characters.`, `${who(record)} permite contraseñas de ${length} caracteres.`);
  },
  examples: {
    hits: [
      { what: 'deleted', records: [call('iam:DeleteAccountPasswordPolicy')] },
      { what: 'six characters', records: [call('iam:UpdateAccountPasswordPolicy', { minimumPasswordLength: 6 })] },
      { what: 'refused', records: [call('iam:DeleteAccountPasswordPolicy', null, REFUSED)] },
    ],
    quiet: [
      { what: 'fourteen', records: [call('iam:UpdateAccountPasswordPolicy', { minimumPasswordLength: 14 })] },
      { what: 'refused, unknown', records: [call('iam:UpdateAccountPasswordPolicy', null, REFUSED)] },
    ],
  },
};
