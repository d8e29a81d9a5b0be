import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Trail deleted', 'Trail borrado'),
  description: text(
    'No more log files come from this trail. Its bucket and what lies in it stay. Set-up tools delete the trails they made; anyone else who does it wants not to be seen. Check that another trail covers the same regions, and make it again.',
    'De este trail ya no llegan ficheros. Su bucket y lo que contiene quedan. Las herramientas de despliegue borran los trails que crearon; cualquier otro que lo haga no quiere ser visto. Compruebe que otro trail cubra las mismas regiones y créelo de nuevo.',
  ),
  severity: 'high',
  attack: ['T1562.008'],
  apis: ['cloudtrail:DeleteTrail'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked to delete trail ${named(record, 'name')} in ${region(record)}.`,
          `${who(record)} pidió borrar el trail ${named(record, 'name')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('a user deletes the trail', call('cloudtrail:DeleteTrail', { name: 'main' })),
      example('a user is refused', denied('cloudtrail:DeleteTrail', { name: 'main' })),
      example('the trail is not there', call('cloudtrail:DeleteTrail', { name: 'main' }, { errorCode: 'TrailNotFoundException' })),
    ],
    quiet: [
      example('a service deletes its own', byService('controltower', 'cloudtrail:DeleteTrail', { name: 'aws-controltower-BaselineCloudTrail' })),
      example(
        'by a service-linked role',
        call(
          'cloudtrail:DeleteTrail',
          { name: 'x' },
          {
            userIdentity: {
              type: 'AssumedRole',
              sessionContext: {
                sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail' },
              },
            },
          },
        ),
      ),
    ],
  },
};
