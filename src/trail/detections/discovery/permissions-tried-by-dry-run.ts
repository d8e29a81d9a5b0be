import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, outcomeOf, principalOf } from '../../event.ts';
import { call, denied, example, many } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Many calls tried out as dry runs', 'Muchas llamadas probadas en seco'),
  description: text(
    "Three different EC2 calls were only asked whether they would be allowed. It leaves nothing changed and is how tools map a key; the responder's own checks look the same and are in the case's ledger.",
    'De tres llamadas distintas de EC2 solo se preguntó si estarían permitidas. No cambia nada y así trazan las herramientas una clave; las comprobaciones de quien responde se ven igual y están en el registro del caso.',
  ),
  severity: 'high',
  attack: ['T1580', 'T1069.003'],
  apis: ['ec2:*'],
  sql: "contains(errorCode, 'DryRun')",
  when: (record) =>
    machinery(record) || !(outcomeOf(record) === 'dry-run')
      ? undefined
      : text(
          `${who(record)} only tried out whether calls are allowed, ${api(record)} in ${region(record)} among them.`,
          `${who(record)} solo probó si las llamadas están permitidas, entre ellas ${api(record)} en ${region(record)}.`,
        ),
  burst: {
    by: principalOf,
    within: 1_800,
    atLeast: 3,
    distinct: (record) => apiOf(record),
    sql: { by: 'principal', distinct: 'eventSource, eventName' },
  },
  examples: {
    hits: [
      example(
        'three calls',
        many(3, (i) => call(['ec2:RunInstances', 'ec2:CreateSnapshot', 'ec2:DescribeInstances'][i] ?? '', null, { errorCode: 'Client.DryRunOperation' })),
      ),
      example(
        'four calls',
        many(4, (i) =>
          call(['ec2:RunInstances', 'ec2:CreateSnapshot', 'ec2:DescribeInstances', 'ec2:CreateVpc'][i] ?? '', null, { errorCode: 'Client.DryRunOperation' }),
        ),
      ),
    ],
    quiet: [
      example(
        'one call',
        many(9, () => call('ec2:RunInstances', null, { errorCode: 'Client.DryRunOperation' })),
      ),
      example(
        'refused',
        many(3, (i) => denied(['ec2:RunInstances', 'ec2:CreateSnapshot', 'ec2:DescribeInstances'][i] ?? '')),
      ),
    ],
  },
};
