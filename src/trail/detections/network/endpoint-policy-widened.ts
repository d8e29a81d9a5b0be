import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { allow, call, denied, example } from '../data/examples.ts';
import { documentOf } from '../data/outside.ts';
import { asked, below, list, machinery, named, strings, who, yes } from '../data/reading.ts';

function wide(record: TrailRecord): boolean {
  if (yes(asked(record, 'resetPolicy'))) return true;
  return list(below(documentOf(asked(record, 'policyDocument')), 'Statement')).some(
    (one) =>
      below(one, 'Effect') === 'Allow' &&
      below(one, 'Condition') === undefined &&
      strings(below(one, 'Action')).includes('*') &&
      strings(below(one, 'Resource')).includes('*'),
  );
}

export const detection: Detection = {
  title: text('Policy of a private endpoint lets everything through', 'Política de un extremo privado que deja pasar todo'),
  description: text(
    "A policy on the endpoint can keep data from being sent to strangers' buckets; this one was reset, or allows everything.",
    'La política del extremo puede impedir que se envíen datos a buckets ajenos; esta se restableció o lo permite todo.',
  ),
  severity: 'medium',
  attack: ['T1562.007'],
  apis: ['ec2:ModifyVpcEndpoint'],
  when: (record) =>
    machinery(record) || !wide(record)
      ? undefined
      : text(
          `${who(record)} let everything through private endpoint ${named(record, 'vpcEndpointId')}.`,
          `${who(record)} dejó pasar todo por el extremo privado ${named(record, 'vpcEndpointId')}.`,
        ),
  examples: {
    hits: [
      example('reset', call('ec2:ModifyVpcEndpoint', { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-1', ResetPolicy: true } })),
      example(
        'everything, refused',
        denied('ec2:ModifyVpcEndpoint', { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-1', PolicyDocument: JSON.stringify(allow('*')) } }),
      ),
    ],
    quiet: [
      example(
        'one bucket',
        call('ec2:ModifyVpcEndpoint', {
          ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-1', PolicyDocument: JSON.stringify(allow('*', { Resource: 'arn:aws:s3:::data/*' })) },
        }),
      ),
      example(
        'another subnet',
        call('ec2:ModifyVpcEndpoint', { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-1', AddSubnetId: { tag: 1, content: 'subnet-1' } } }),
      ),
    ],
  },
};
