import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, byService, call, denied, example } from '../data/examples.ts';
import { askedText, longTermKey, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Stack set rolled out to accounts of the organisation', 'Conjunto de pilas desplegado en cuentas de la organización'),
  description: text(
    'One template with power over many accounts, the way to all of them from the management account. Platform teams do it by pipeline.',
    'Una plantilla con poder sobre muchas cuentas, el camino a todas desde la de gestión. Los equipos de plataforma lo hacen por canalización.',
  ),
  severity: 'medium',
  attack: ['T1072', 'T1021.007'],
  apis: ['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances', 'cloudformation:UpdateStackSet'],
  when: (record) =>
    machinery(record) || !(longTermKey(record) || askedText(record, 'permissionModel') === 'SERVICE_MANAGED')
      ? undefined
      : text(
          `${who(record)} rolled out stack set ${named(record, 'stackSetName')} to ${named(record, 'accounts', 'deploymentTargets.organizationalUnitIds')}.`,
          `${who(record)} desplegó el conjunto de pilas ${named(record, 'stackSetName')} en ${named(record, 'accounts', 'deploymentTargets.organizationalUnitIds')}.`,
        ),
  examples: {
    hits: [
      example(
        'to all',
        call('cloudformation:CreateStackInstances', { stackSetName: 'x', deploymentTargets: { organizationalUnitIds: ['r-1'] }, regions: ['us-east-1'] }),
      ),
      example('refused', denied('cloudformation:CreateStackSet', { stackSetName: 'x', permissionModel: 'SERVICE_MANAGED' })),
    ],
    quiet: [
      example(
        'Control Tower',
        byService('controltower', 'cloudformation:CreateStackSet', { stackSetName: 'AWSControlTowerBP', permissionModel: 'SERVICE_MANAGED' }),
      ),
      example(
        'by a role, to accounts named',
        call('cloudformation:CreateStackInstances', { stackSetName: 'x', accounts: [ACCOUNT] }, { userIdentity: { type: 'AssumedRole' } }),
      ),
    ],
  },
};
