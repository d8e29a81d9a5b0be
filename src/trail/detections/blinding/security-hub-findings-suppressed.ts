import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, askedText, machinery, strings, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Security Hub findings suppressed', 'Hallazgos de Security Hub suprimidos'),
  description: text(
    'Findings were set to SUPPRESSED, by hand or by an automation rule. That is daily work of a security team; by anybody else it hides something.',
    'Se marcaron hallazgos como SUPPRESSED, a mano o con una regla automática. Es trabajo diario de un equipo de seguridad; si lo hace otro, oculta algo.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: ['securityhub:BatchUpdateFindings', 'securityhub:UpdateFindings', 'securityhub:CreateAutomationRule'],
  when: (record) =>
    machinery(record) || !(strings(record.requestParameters).includes('SUPPRESSED') || askedText(record, 'recordState') === 'ARCHIVED')
      ? undefined
      : text(
          `${who(record)} suppressed findings in Security Hub with ${api(record)}.`,
          `${who(record)} suprimió hallazgos en Security Hub con ${api(record)}.`,
        ),
  examples: {
    hits: [
      example('by hand', call('securityhub:BatchUpdateFindings', { findingIdentifiers: [{ id: 'f1' }], workflow: { status: 'SUPPRESSED' } })),
      example(
        'by a rule, refused',
        denied('securityhub:CreateAutomationRule', {
          ruleName: 'x',
          actions: [{ type: 'FINDING_FIELDS_UPDATE', findingFieldsUpdate: { workflow: { status: 'SUPPRESSED' } } }],
        }),
      ),
    ],
    quiet: [
      example('resolved', call('securityhub:BatchUpdateFindings', { findingIdentifiers: [{ id: 'f1' }], workflow: { status: 'RESOLVED' } })),
      example('notified', call('securityhub:BatchUpdateFindings', { workflow: { status: 'NOTIFIED' } })),
    ],
  },
};
