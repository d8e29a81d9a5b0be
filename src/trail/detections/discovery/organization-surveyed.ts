import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { api, machinery, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Organisation, its accounts and its limits looked up', 'Organización, cuentas y límites consultados'),
  description: text(
    'Three different questions about the organisation within ten minutes: where else can I go, what holds me back. From a member account it is rare.',
    'Tres preguntas distintas sobre la organización en diez minutos: adónde más puedo ir, qué me frena. Desde una cuenta miembro es raro.',
  ),
  severity: 'low',
  attack: ['T1087.004', 'T1580'],
  apis: [
    'organizations:DescribeOrganization',
    'organizations:ListAccounts',
    'organizations:ListRoots',
    'organizations:ListOrganizationalUnitsForParent',
    'organizations:ListPolicies',
    'organizations:DescribePolicy',
    'organizations:ListDelegatedAdministrators',
    'organizations:ListAccountsForParent',
    'organizations:ListTargetsForPolicy',
    'organizations:DescribeAccount',
    'sso:ListInstances',
    'sso:ListPermissionSets',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(`${who(record)} asks about the organisation, now by ${api(record)}.`, `${who(record)} pregunta por la organización, ahora con ${api(record)}.`),
  burst: {
    by: principalOf,
    within: 600,
    atLeast: 3,
    distinct: (record) => apiOf(record),
    sql: { by: 'principal', distinct: 'eventSource, eventName' },
  },
  examples: {
    hits: [
      example(
        'three questions',
        many(3, (i) => call(['organizations:DescribeOrganization', 'organizations:ListAccounts', 'organizations:ListPolicies'][i] ?? '')),
      ),
      example(
        'refused',
        many(3, (i) => denied(['organizations:DescribeOrganization', 'organizations:ListAccounts', 'organizations:ListRoots'][i] ?? '')),
      ),
    ],
    quiet: [
      example(
        'one question',
        many(9, () => call('organizations:DescribeOrganization')),
      ),
      example(
        'Control Tower',
        many(3, (i) => byService('controltower', ['organizations:DescribeOrganization', 'organizations:ListAccounts', 'organizations:ListRoots'][i] ?? '')),
      ),
    ],
  },
};
