import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, asked, list, machinery, region, who } from '../data/reading.ts';

const count = (record: TrailRecord) => list(asked(record, 'instancesSet')).length;

export const detection: Detection = {
  title: text('Many machines ended or stopped by one call', 'Muchas máquinas terminadas o paradas con una llamada'),
  description: text('Ten machines or more at once.', 'Diez máquinas o más de una vez.'),
  severity: 'high',
  attack: ['T1485', 'T1489'],
  apis: ['ec2:TerminateInstances', 'ec2:StopInstances'],
  when: (record) =>
    machinery(record) || !(count(record) >= 10)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for ${count(record)} machines at once in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} para ${count(record)} máquinas de una vez en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('twelve', call('ec2:TerminateInstances', { instancesSet: { items: Array.from({ length: 12 }, (_, i) => ({ instanceId: `i-${i}` })) } })),
      example('refused', denied('ec2:StopInstances', { instancesSet: { items: Array.from({ length: 10 }, (_, i) => ({ instanceId: `i-${i}` })) } })),
    ],
    quiet: [
      example('two', call('ec2:TerminateInstances', { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } })),
      example(
        'EMR ends its cluster',
        byService('elasticmapreduce', 'ec2:TerminateInstances', { instancesSet: { items: Array.from({ length: 20 }, () => ({ instanceId: 'i-1' })) } }),
      ),
    ],
  },
};
