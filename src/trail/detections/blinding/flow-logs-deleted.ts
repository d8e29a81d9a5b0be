import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('VPC flow logs deleted', 'Flow logs de VPC borrados'),
  description: text(
    'Connections of this network leave no record from now on; what was delivered before stays where it is. Tear-down of a whole VPC looks the same: see whether the VPC went, too.',
    'Las conexiones de esta red ya no dejan registro; lo entregado antes queda donde está. El desmontaje de una VPC entera se ve igual: mire si la VPC también se borró.',
  ),
  severity: 'high',
  attack: ['T1562.008'],
  apis: ['ec2:DeleteFlowLogs'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked to delete flow logs ${named(record, 'FlowLogId', 'flowLogIdSet')} in ${region(record)}.`,
          `${who(record)} pidió borrar los flow logs ${named(record, 'FlowLogId', 'flowLogIdSet')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('deleted', call('ec2:DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-064ed3a785e4a37ef' } } })),
      example(
        'refused',
        denied('ec2:DeleteFlowLogs', {
          DeleteFlowLogsRequest: {
            FlowLogId: [
              { tag: 1, content: 'fl-1' },
              { tag: 2, content: 'fl-2' },
            ],
          },
        }),
      ),
    ],
    quiet: [
      example(
        'Control Tower tidies up',
        byService('controltower', 'ec2:DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-1' } } }),
      ),
      example('a service without a request', byService('ec2', 'ec2:DeleteFlowLogs')),
    ],
  },
};
