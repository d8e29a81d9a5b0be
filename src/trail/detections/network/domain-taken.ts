import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text(
    'Registered domain transferred, unlocked or given other name servers',
    'Dominio registrado transferido, desbloqueado o con otros servidores de nombres',
  ),
  description: text(
    'Whoever holds the domain holds its mail, its web sites and its certificates. Undo it with the registrar at once.',
    'Quien tiene el dominio tiene su correo, sus sitios web y sus certificados. Deshágalo con el registrador de inmediato.',
  ),
  severity: 'high',
  attack: ['T1584.001', 'T1531'],
  apis: [
    'route53domains:TransferDomainToAnotherAwsAccount',
    'route53domains:DisableDomainTransferLock',
    'route53domains:RetrieveDomainAuthCode',
    'route53domains:UpdateDomainNameservers',
    'route53domains:UpdateDomainContact',
    'route53domains:DeleteDomain',
    'route53domains:DisableDomainAutoRenew',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for domain ${named(record, 'domainName')}.`,
          `${who(record)} llamó a ${api(record)} para el dominio ${named(record, 'domainName')}.`,
        ),
  examples: {
    hits: [
      example('to another account', call('route53domains:TransferDomainToAnotherAwsAccount', { domainName: 'example.org', accountId: OUTSIDER })),
      example('refused', denied('route53domains:DisableDomainTransferLock', { domainName: 'example.org' })),
    ],
    quiet: [
      example('a service', byService('route53domains', 'route53domains:UpdateDomainNameservers', { domainName: 'example.org' })),
      example('renewal by the service', byService('route53domains', 'route53domains:DisableDomainAutoRenew', { domainName: 'example.org' })),
    ],
  },
};
