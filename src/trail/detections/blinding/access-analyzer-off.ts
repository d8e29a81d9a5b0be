import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, askedText, machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('IAM Access Analyzer removed or its findings archived', 'IAM Access Analyzer quitado o con hallazgos archivados'),
  description: text(
    "Access from outside the account is no longer reported; an archive rule hides exactly the access that an attacker gave himself. Read the rule's filter.",
    'El acceso desde fuera de la cuenta ya no se avisa; una regla de archivo oculta justo el acceso que un atacante se dio. Lea el filtro de la regla.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: ['access-analyzer:DeleteAnalyzer', 'access-analyzer:CreateArchiveRule', 'access-analyzer:UpdateArchiveRule', 'access-analyzer:UpdateFindings'],
  when: (record) =>
    machinery(record) || !(apiOf(record) !== 'access-analyzer:UpdateFindings' || askedText(record, 'status') === 'ARCHIVED')
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on analyzer ${named(record, 'analyzerName', 'analyzerArn')}${noted(record, 'ruleName')}.`,
          `${who(record)} llamó a ${api(record)} sobre el analizador ${named(record, 'analyzerName', 'analyzerArn')}${noted(record, 'ruleName')}.`,
        ),
  examples: {
    hits: [
      example('an archive rule', call('access-analyzer:CreateArchiveRule', { analyzerName: 'org', ruleName: 'partner', filter: {} })),
      example('deletion refused', denied('access-analyzer:DeleteAnalyzer', { analyzerName: 'org' })),
    ],
    quiet: [
      example('findings made active again', call('access-analyzer:UpdateFindings', { analyzerArn: 'x', status: 'ACTIVE' })),
      example('by a service', byService('controltower', 'access-analyzer:DeleteAnalyzer', { analyzerName: 'x' })),
    ],
  },
};
