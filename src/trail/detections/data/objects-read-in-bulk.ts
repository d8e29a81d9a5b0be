import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from './examples.ts';
import { askedText, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Very many objects read from one bucket', 'Muchísimos objetos leídos de un bucket'),
  description: text(
    "One identity read five hundred different objects of a bucket within ten minutes. Back-ups and analytics do so every day; a person's key, a role off its machine, or a bucket it never read before is another matter. Needs S3 data events.",
    'Una identidad leyó quinientos objetos distintos de un bucket en diez minutos. Copias y analítica lo hacen a diario; la clave de una persona, un rol fuera de su máquina o un bucket que nunca leyó es otra cosa. Necesita eventos de datos de S3.',
  ),
  severity: 'medium',
  attack: ['T1530', 'T1119'],
  apis: ['s3:GetObject'],
  when: (record) =>
    machinery(record) || !(askedText(record, 'bucketName') !== undefined)
      ? undefined
      : text(
          `${who(record)} reads many objects of bucket ${named(record, 'bucketName')} in a short time.`,
          `${who(record)} lee muchos objetos del bucket ${named(record, 'bucketName')} en poco tiempo.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${askedText(record, 'bucketName') ?? ''}`,
    within: 600,
    atLeast: 500,
    distinct: (record) => askedText(record, 'key'),
    sql: { by: 'principal' },
  },
  examples: {
    hits: [
      example(
        'a whole bucket',
        many(500, (i) => call('s3:GetObject', { bucketName: 'data', key: `k${i}` }), 1),
      ),
      example(
        'refused each time',
        many(520, (i) => denied('s3:GetObject', { bucketName: 'data', key: `k${i}` }), 1),
      ),
    ],
    quiet: [
      example(
        'one object again and again',
        many(600, () => call('s3:GetObject', { bucketName: 'data', key: 'one' }), 0.5),
      ),
      example('a service', byService('athena', 's3:GetObject', { bucketName: 'data', key: 'one' })),
      example(
        'slowly',
        many(600, (i) => call('s3:GetObject', { bucketName: 'data', key: `k${i}` }), 30),
      ),
    ],
  },
};
