import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, machinery, named, no, who } from '../data/reading.ts';

const PARTS = ['isMultiRegionTrail', 'includeGlobalServiceEvents', 'isOrganizationTrail', 'enableLogFileValidation'] as const;
/** What the call switches off. */
const off = (record: TrailRecord): string =>
  [...PARTS.filter((part) => no(asked(record, part))), ...(asked(record, 'cloudWatchLogsLogGroupArn') === '' ? ['cloudWatchLogsLogGroupArn'] : [])].join(', ');

export const detection: Detection = {
  title: text('Trail covers less than before', 'Trail que abarca menos que antes'),
  description: text(
    "The trail no longer records other regions, global services such as IAM, or the organisation's other accounts, its log files are no longer signed, or they no longer reach CloudWatch Logs. Nothing looks broken, and that is the point of it.",
    'El trail ya no registra otras regiones, servicios globales como IAM o las demás cuentas de la organización, sus ficheros ya no se firman o ya no llegan a CloudWatch Logs. Nada parece roto, y de eso se trata.',
  ),
  severity: 'high',
  attack: ['T1562.008'],
  apis: ['cloudtrail:UpdateTrail'],
  when: (record) =>
    machinery(record) || !off(record)
      ? undefined
      : text(
          `${who(record)} asked to switch off ${off(record)} of trail ${named(record, 'name')}.`,
          `${who(record)} pidió desactivar ${off(record)} del trail ${named(record, 'name')}.`,
        ),
  examples: {
    hits: [
      example('one region only', call('cloudtrail:UpdateTrail', { name: 'main', isMultiRegionTrail: false })),
      example('no signatures', call('cloudtrail:UpdateTrail', { name: 'main', enableLogFileValidation: false })),
      example('refused', denied('cloudtrail:UpdateTrail', { name: 'main', includeGlobalServiceEvents: false })),
    ],
    quiet: [
      example('wider than before', call('cloudtrail:UpdateTrail', { name: 'main', isMultiRegionTrail: true, includeGlobalServiceEvents: true })),
      example('another topic', call('cloudtrail:UpdateTrail', { name: 'main', snsTopicName: 'topic' })),
    ],
  },
};
