import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, allow, call, denied, example, OUTSIDER } from './examples.ts';
import { accountsNamed, openTo, outsidersIn } from './outside.ts';
import { asked, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Queue opened to outsiders', 'Cola abierta a extraños'),
  description: text(
    'Another account, or anyone, may read or write messages of this queue: data leak out, or orders get in. Partners are let in that way, too.',
    'Otra cuenta, o cualquiera, puede leer o escribir mensajes de esta cola: salen datos o entran órdenes. También se deja entrar así a socios.',
  ),
  severity: 'medium',
  attack: ['T1537', 'T1098'],
  apis: ['sqs:AddPermission', 'sqs:SetQueueAttributes', 'sqs:CreateQueue'],
  when(record, background) {
    const accounts = outsidersIn(asked(record, 'aWSAccountIds'), record, background);
    const whom = accounts.length > 0 ? accountsNamed(accounts) : openTo(asked(record, 'attributes.Policy'), record, background);
    return (
      whom &&
      text(
        `${who(record)} opened queue ${named(record, 'queueUrl', 'queueName')} to ${whom.en}.`,
        `${who(record)} abrió la cola ${named(record, 'queueUrl', 'queueName')} a ${whom.es}.`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'by permission',
        call('sqs:AddPermission', {
          queueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/q',
          label: 'x',
          aWSAccountIds: [OUTSIDER],
          actions: ['ReceiveMessage'],
        }),
      ),
      example('by policy, refused', denied('sqs:SetQueueAttributes', { queueUrl: 'q', attributes: { Policy: JSON.stringify(allow('*')) } })),
    ],
    quiet: [
      example(
        'a topic of ours may send',
        call('sqs:SetQueueAttributes', {
          queueUrl: 'q',
          attributes: { Policy: JSON.stringify(allow('*', { Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:sns:us-east-1:${ACCOUNT}:t` } } })) },
        }),
      ),
      example('another attribute', call('sqs:SetQueueAttributes', { queueUrl: 'q', attributes: { VisibilityTimeout: '60' } })),
    ],
  },
};
