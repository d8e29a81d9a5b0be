import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Compliance rules of AWS Config deleted', 'Reglas de cumplimiento de AWS Config borradas'),
  description: text(
    'What these rules would have reported or repaired, such as public buckets, is no longer noticed. Deployment tools delete rules that they made; look at which rules went, and at what was done right after.',
    'Lo que estas reglas habrían avisado o reparado, como buckets públicos, ya no se nota. Las herramientas de despliegue borran reglas que crearon; mire qué reglas faltan y qué se hizo justo después.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: [
    'config:DeleteConfigRule',
    'config:DeleteOrganizationConfigRule',
    'config:DeleteConformancePack',
    'config:DeleteRemediationConfiguration',
    'config:DeleteConfigurationAggregator',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'configRuleName', 'organizationConfigRuleName', 'conformancePackName', 'configurationAggregatorName')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'configRuleName', 'organizationConfigRuleName', 'conformancePackName', 'configurationAggregatorName')}.`,
        ),
  examples: {
    hits: [
      example('a rule', call('config:DeleteConfigRule', { configRuleName: 's3-bucket-public-read-prohibited' })),
      example('refused', denied('config:DeleteConformancePack', { conformancePackName: 'baseline' })),
    ],
    quiet: [
      example('Security Hub deletes its own', byService('securityhub', 'config:DeleteConfigRule', { configRuleName: 'securityhub-x' })),
      example('Control Tower too', byService('controltower', 'config:DeleteConfigRule', { configRuleName: 'x' })),
    ],
  },
};
