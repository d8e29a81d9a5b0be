import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Sender address or domain added to SES', 'Dirección o dominio remitente añadido a SES'),
  description: text(
    "Mail in this name can be sent from the account once it is verified. Look whether the domain is the owner's.",
    'Tras verificarlo se puede enviar correo con este nombre desde la cuenta. Mire si el dominio es del dueño.',
  ),
  severity: 'medium',
  attack: ['T1496.004', 'T1585.002'],
  apis: ['ses:VerifyEmailIdentity', 'ses:VerifyDomainIdentity', 'ses:VerifyEmailAddress', 'ses:VerifyDomainDkim', 'ses:CreateEmailIdentity'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} added ${named(record, 'emailAddress', 'domain', 'emailIdentity')} as a sender in ${region(record)}.`,
          `${who(record)} añadió ${named(record, 'emailAddress', 'domain', 'emailIdentity')} como remitente en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('an address', call('ses:VerifyEmailIdentity', { emailAddress: 'x@example.net' })),
      example('refused', denied('ses:CreateEmailIdentity', { emailIdentity: 'example.net' })),
    ],
    quiet: [
      example('WorkMail', byService('workmail', 'ses:VerifyDomainIdentity', { domain: 'example.org' })),
      example('Pinpoint', byService('pinpoint', 'ses:CreateEmailIdentity', { emailIdentity: 'example.org' })),
    ],
  },
};
