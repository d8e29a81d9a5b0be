import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, type TrailRecord } from '../../event.ts';
import { says } from '../stored.ts';
import { call, denied, example } from './examples.ts';
import { askedText, machinery, named, who } from './reading.ts';

const NOTE =
  /ransom(?!izer)|how[-_. ]?to[-_. ]?(decrypt|recover|restore|get[-_. ]?(your|back))|(recover|restore|decrypt)[-_. ]?(my|your|all)?[-_. ]?(files?|data|buckets?)[-_. ]?(readme|now|here|\.txt|\.html)|(files?|data|bucket)[-_. ]?(is|are|was|were|has[-_. ]?been)?[-_. ]?(encrypted|stolen|hacked|locked)\b|(readme|warning|attention)[-_. ]?(for|to|how)?[-_. ]?(ransom|decrypt|restore|recover|hacked|unlock)|pay[-_. ]?(me|us|bitcoin|btc)\b/i;
const names = (record: TrailRecord): string =>
  [askedText(record, 'key'), askedText(record, 'bucketName')].map((name) => (name ?? '').slice(0, 1_024)).join(' ');

export const detection: Detection = {
  title: text('Object or bucket named like a ransom note', 'Objeto o bucket con nombre de nota de rescate'),
  description: text(
    'The name asks the owner to read how he gets his data back. Take the object as evidence, and look what the same identity deleted or encrypted before.',
    'El nombre invita al dueño a leer cómo recuperar sus datos. Guarde el objeto como prueba y mire qué borró o cifró antes la misma identidad.',
  ),
  severity: 'critical',
  attack: ['T1486', 'T1491'],
  apis: ['s3:PutObject', 's3:CopyObject', 's3:CreateBucket'],
  sql: says('how[-_. ]?to', 'ransom', 'decrypt', 'recover', 'restore', 'encrypted', 'stolen', 'hacked', 'locked', 'unlock', 'pay'),
  when: (record) =>
    machinery(record) || !NOTE.test(names(record))
      ? undefined
      : text(
          `${who(record)} wrote ${named(record, 'key', 'bucketName')} in bucket ${named(record, 'bucketName')}, a name like a ransom note's.`,
          `${who(record)} escribió ${named(record, 'key', 'bucketName')} en el bucket ${named(record, 'bucketName')}, un nombre propio de una nota de rescate.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${askedText(record, 'bucketName') ?? ''}`,
    within: 3_600,
    atLeast: 1,
  },
  examples: {
    hits: [
      example('a note', call('s3:PutObject', { bucketName: 'data', key: 'HOW_TO_DECRYPT_FILES.txt' })),
      example('a bucket', call('s3:CreateBucket', { bucketName: 'your-data-is-encrypted-contact-us' })),
      example('refused', denied('s3:PutObject', { bucketName: 'data', key: 'ransom-note.txt' })),
    ],
    quiet: [
      example('a read-me', call('s3:PutObject', { bucketName: 'data', key: 'README.txt' })),
      example('encrypted back-ups', call('s3:PutObject', { bucketName: 'backups', key: 'recovery/encrypted-2026/part.gpg' })),
    ],
  },
};
