import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';
import { READS } from './reads.ts';

export const detection: Detection = {
  title: text('Very many kinds of things looked up in a short time', 'Muchísimos tipos de consultas en poco tiempo'),
  description: text(
    'Thirty different reading APIs within ten minutes by one identity. Inventory tools, Terraform and the console do it, too: see whether this identity ever did, and from this address.',
    'Treinta API de lectura distintas en diez minutos por una identidad. También lo hacen herramientas de inventario, Terraform y la consola: mire si esta identidad lo hizo alguna vez y desde esta dirección.',
  ),
  severity: 'low',
  attack: ['T1580', 'T1526'],
  apis: READS,
  when: (record) =>
    machinery(record) || (at(record, 'userAgent') ?? '').includes('Terraform')
      ? undefined
      : text(
          `${who(record)} looks up many kinds of things, now by ${api(record)} in ${region(record)}.`,
          `${who(record)} consulta muchos tipos de cosas, ahora con ${api(record)} en ${region(record)}.`,
        ),
  burst: {
    by: principalOf,
    within: 600,
    atLeast: 30,
    distinct: (record) => apiOf(record),
    sql: { by: 'principal', distinct: 'eventSource, eventName' },
  },
  examples: {
    hits: [
      example(
        'thirty kinds',
        many(30, (i) => call(`ec2:Describe${String.fromCharCode(65 + (i % 26))}${i >= 26 ? 'x' : ''}`)),
      ),
      example(
        'refused',
        many(31, (i) => denied(`iam:List${String.fromCharCode(65 + (i % 26))}${i >= 26 ? 'x' : ''}`)),
      ),
    ],
    quiet: [
      example(
        'one kind',
        many(80, () => call('ec2:DescribeInstances')),
      ),
      example(
        'Terraform compares',
        many(40, (i) =>
          call(`ec2:Describe${String.fromCharCode(65 + (i % 26))}${i >= 26 ? 'x' : ''}`, null, { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9' }),
        ),
      ),
      example(
        'AWS Config',
        many(40, (i) => byService('config', `ec2:Describe${String.fromCharCode(65 + (i % 26))}${i >= 26 ? 'x' : ''}`)),
      ),
    ],
  },
};
