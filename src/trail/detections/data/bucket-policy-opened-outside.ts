import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { allow, call, denied, example, OUTSIDER } from './examples.ts';
import { openTo } from './outside.ts';
import { asked, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Bucket policy lets outsiders in', 'Política de bucket que deja entrar a extraños'),
  description: text(
    "The policy, or an access point's, allows something to another account or to anyone, without a condition that keeps strangers out. Web sites and suppliers need that; read what it allows and on which objects.",
    'La política, o la de un punto de acceso, permite algo a otra cuenta o a cualquiera, sin condición que excluya a extraños. Sitios web y proveedores lo necesitan; lea qué permite y sobre qué objetos.',
  ),
  severity: 'high',
  attack: ['T1537', 'T1530'],
  apis: ['s3:PutBucketPolicy', 's3:PutAccessPointPolicy', 's3:PutMultiRegionAccessPointPolicy'],
  when(record, background) {
    const whom = openTo(asked(record, 'bucketPolicy') ?? asked(record, 'policy') ?? asked(record, 'PutAccessPointPolicyRequest.Policy'), record, background);
    const bucket = named(record, 'bucketName', 'name');
    return (
      whom &&
      text(
        `${who(record)} gave ${whom.en} access to bucket ${bucket} by its policy.`,
        `${who(record)} dio a ${whom.es} acceso al bucket ${bucket} con su política.`,
      )
    );
  },
  examples: {
    hits: [
      example('another account', call('s3:PutBucketPolicy', { bucketName: 'data', bucketPolicy: allow({ AWS: `arn:aws:iam::${OUTSIDER}:root` }) })),
      example('anyone', call('s3:PutBucketPolicy', { bucketName: 'data', bucketPolicy: allow('*') })),
      example(
        'everybody, with a condition that does not help',
        call('s3:PutBucketPolicy', { bucketName: 'data', bucketPolicy: allow('*', { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }) }),
      ),
      example('refused', denied('s3:PutBucketPolicy', { bucketName: 'data', bucketPolicy: allow({ AWS: OUTSIDER }) })),
    ],
    quiet: [
      example('CloudTrail may write', call('s3:PutBucketPolicy', { bucketName: 'logs', bucketPolicy: allow({ Service: 'cloudtrail.amazonaws.com' }) })),
      example(
        'the load balancers of AWS may write',
        call('s3:PutBucketPolicy', { bucketName: 'logs', bucketPolicy: allow({ AWS: 'arn:aws:iam::127311923021:root' }) }),
      ),
      example(
        'anyone of our organisation',
        call('s3:PutBucketPolicy', { bucketName: 'data', bucketPolicy: allow('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }) }),
      ),
      example('TLS demanded of everybody', call('s3:PutBucketPolicy', { bucketName: 'data', bucketPolicy: allow('*', { Effect: 'Deny' }) })),
    ],
  },
};
