import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { outsidersIn } from '../data/outside.ts';
import { asked, below, list, machinery, named, who } from '../data/reading.ts';

const places = (record: TrailRecord) =>
  [
    ...list(asked(record, 'targets')).map((one) => below(one, 'arn')),
    asked(record, 'target.arn'),
    asked(record, 'target'),
    asked(record, 'eventSourceArn'),
  ].filter((one) => typeof one === 'string');

export const detection: Detection = {
  title: text('Events sent to another account', 'Eventos enviados a otra cuenta'),
  description: text(
    "A rule or pipe forwards events to a bus, queue or function of an account that is not the owner's.",
    'Una regla reenvía eventos a un bus, cola o función de una cuenta que no es del dueño.',
  ),
  severity: 'high',
  attack: ['T1537', 'T1546'],
  apis: ['events:PutTargets', 'scheduler:CreateSchedule', 'pipes:CreatePipe', 'lambda:CreateEventSourceMapping'],
  when: (record, background) =>
    machinery(record) || !(outsidersIn(places(record), record, background).length > 0)
      ? undefined
      : text(
          `${who(record)} had ${named(record, 'rule', 'name', 'functionName')} send to, or take from, account ${outsidersIn(places(record), record, background)[0]}.`,
          `${who(record)} hizo que ${named(record, 'rule', 'name', 'functionName')} envíe a la cuenta ${outsidersIn(places(record), record, background)[0]}, o tome de ella.`,
        ),
  examples: {
    hits: [
      example('a bus of theirs', call('events:PutTargets', { rule: 'x', targets: [{ id: '1', arn: `arn:aws:events:us-east-1:${OUTSIDER}:event-bus/b` }] })),
      example('refused', denied('events:PutTargets', { rule: 'x', targets: [{ id: '1', arn: `arn:aws:sqs:us-east-1:${OUTSIDER}:q` }] })),
    ],
    quiet: [
      example('ours', call('events:PutTargets', { rule: 'x', targets: [{ id: '1', arn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f` }] })),
      example('no target', call('events:PutTargets', { rule: 'x' })),
    ],
  },
};
