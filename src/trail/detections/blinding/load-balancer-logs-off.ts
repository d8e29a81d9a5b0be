import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, below, list, machinery, named, no, who, word } from '../data/reading.ts';

const off = (record: TrailRecord): boolean =>
  list(asked(record, 'attributes')).some(
    (one) => /^(access|connection)_logs\.s3\.enabled$/.test(word(below(one, 'key')).slice(0, 100)) && no(below(one, 'value')),
  ) || no(asked(record, 'loadBalancerAttributes.accessLog.enabled'));

export const detection: Detection = {
  title: text('Access logs of a load balancer switched off', 'Registros de acceso de un balanceador desactivados'),
  description: text(
    'Requests to what stands behind this load balancer leave no log of their own from now on.',
    'Las peticiones a lo que está detrás de este balanceador ya no dejan registro propio.',
  ),
  severity: 'low',
  attack: ['T1562.008'],
  apis: ['elasticloadbalancing:ModifyLoadBalancerAttributes'],
  when: (record) =>
    machinery(record) || !off(record)
      ? undefined
      : text(
          `${who(record)} switched off access logs of ${named(record, 'loadBalancerArn', 'loadBalancerName')}.`,
          `${who(record)} desactivó los registros de acceso de ${named(record, 'loadBalancerArn', 'loadBalancerName')}.`,
        ),
  examples: {
    hits: [
      example(
        'switched off',
        call('elasticloadbalancing:ModifyLoadBalancerAttributes', {
          loadBalancerArn: 'arn:x',
          attributes: [{ key: 'access_logs.s3.enabled', value: 'false' }],
        }),
      ),
      example(
        'of the older kind, refused',
        denied('elasticloadbalancing:ModifyLoadBalancerAttributes', { loadBalancerName: 'web', loadBalancerAttributes: { accessLog: { enabled: false } } }),
      ),
    ],
    quiet: [
      example(
        'switched on',
        call('elasticloadbalancing:ModifyLoadBalancerAttributes', { loadBalancerArn: 'arn:x', attributes: [{ key: 'access_logs.s3.enabled', value: 'true' }] }),
      ),
      example(
        'another attribute',
        call('elasticloadbalancing:ModifyLoadBalancerAttributes', {
          loadBalancerArn: 'arn:x',
          attributes: [{ key: 'deletion_protection.enabled', value: 'false' }],
        }),
      ),
    ],
  },
};
