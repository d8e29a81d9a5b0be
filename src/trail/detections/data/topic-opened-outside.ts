import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, allow, call, denied, example, OUTSIDER } from './examples.ts';
import { accountsNamed, openTo, outsidersIn } from './outside.ts';
import { api, asked, askedText, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Topic opened to, or subscribed by, outsiders', 'Tema abierto a extraños o suscrito por ellos'),
  description: text(
    "Another account may publish to this topic, or gets everything that is published: alarms, orders, customers' data.",
    'Otra cuenta puede publicar en este tema o recibe todo lo que se publica: alarmas, órdenes, datos de clientes.',
  ),
  severity: 'medium',
  attack: ['T1537', 'T1098'],
  apis: ['sns:AddPermission', 'sns:SetTopicAttributes', 'sns:CreateTopic', 'sns:Subscribe'],
  when(record, background) {
    const accounts = outsidersIn([asked(record, 'aWSAccountId'), asked(record, 'aWSAccountIds'), asked(record, 'endpoint')], record, background);
    const policy = askedText(record, 'attributeName') === 'Policy' ? asked(record, 'attributeValue') : asked(record, 'attributes.Policy');
    const whom = accounts.length > 0 ? accountsNamed(accounts) : openTo(policy, record, background);
    return (
      whom &&
      text(
        `${who(record)} opened topic ${named(record, 'topicArn', 'name')} to ${whom.en} (${api(record)}).`,
        `${who(record)} abrió el tema ${named(record, 'topicArn', 'name')} a ${whom.es} (${api(record)}).`,
      )
    );
  },
  examples: {
    hits: [
      example('a queue of theirs subscribes', call('sns:Subscribe', { topicArn: 't', protocol: 'sqs', endpoint: `arn:aws:sqs:us-east-1:${OUTSIDER}:q` })),
      example('by policy', call('sns:SetTopicAttributes', { topicArn: 't', attributeName: 'Policy', attributeValue: JSON.stringify(allow({ AWS: '*' })) })),
      example('refused', denied('sns:AddPermission', { topicArn: 't', label: 'x', aWSAccountId: [OUTSIDER], actionName: ['Publish'] })),
    ],
    quiet: [
      example(
        'the usual policy',
        call('sns:SetTopicAttributes', {
          topicArn: 't',
          attributeName: 'Policy',
          attributeValue: JSON.stringify(allow({ AWS: '*' }, { Condition: { StringEquals: { 'AWS:SourceOwner': ACCOUNT } } })),
        }),
      ),
      example('a mailbox', call('sns:Subscribe', { topicArn: 't', protocol: 'email', endpoint: 'ops@example.org' })),
    ],
  },
};
