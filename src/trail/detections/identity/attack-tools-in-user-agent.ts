import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, type TrailRecord, text as textAt } from '../../event.ts';
import { call, who } from './saying.ts';

/** Names as they stand in user agents; the store is asked for these first. */
const NAMES = [
  ...['kali', 'parrot', 'pentoo', 'blackarch', 'pacu', 'cloudfox', 'enumerate-iam', 'weirdaal', 'nimbostratus', 's3scanner'],
  ...['trufflehog', 'cloudgoat', 'peirates', 'aws_consoler', 'awspx', 'pmapper', 'scoutsuite', 'scout suite'],
];
const TOOLS = new RegExp(`\\b((kali|parrot)\\d*|${NAMES.slice(2).join('|')})\\b`, 'i');
const agent = (record: TrailRecord): string | undefined => TOOLS.exec((textAt(record, 'userAgent') ?? '').slice(0, 1000))?.[0];

export const detection: Detection = {
  title: text('The program names itself an attack tool or a hacker’s system', 'El programa se presenta como herramienta de ataque o sistema de hacker'),
  description: text(
    'The user agent speaks of a system made for breaking in, or of a tool for attacking AWS. Testers you hired use the same. The name is easily changed: its absence proves nothing. Look at all that this identity did.',
    'El agente de usuario habla de un sistema hecho para asaltar, o de una herramienta de ataque a AWS. Los auditores contratados usan lo mismo. El nombre se cambia fácilmente: su ausencia no prueba nada. Mire todo lo que hizo esta identidad.',
  ),
  severity: 'medium',
  attack: ['T1588.002', 'T1078.004'],
  apis: ['*:*'],
  sql: NAMES.map((word) => `contains(lower(userAgent), '${word}')`).join(' OR '),
  when(record) {
    const tool = agent(record);
    if (tool === undefined) return undefined;
    return text(`${who(record)} came with a program that names itself "${tool}".`, `${who(record)} vino con un programa que se presenta como «${tool}».`);
  },
  burst: {
    by: (record) => `${principalOf(record)} ${agent(record)?.toLowerCase()}`,
    within: 86_400,
    atLeast: 1,
  },
  examples: {
    hits: [
      {
        what: 'a system',
        records: [call('sts:GetCallerIdentity', null, { userAgent: 'Boto3/1.34 md/Botocore#1.34 os/linux#6.6.9-kali1-amd64 lang/python#3.11' })],
      },
      { what: 'a scanner, refused', records: [call('iam:ListUsers', null, { userAgent: 'TruffleHog', errorCode: 'AccessDenied' })] },
    ],
    quiet: [
      { what: 'the ordinary one', records: [call('sts:GetCallerIdentity')] },
      { what: 'another word', records: [call('sts:GetCallerIdentity', null, { userAgent: 'alkaline-parroting/1.0 kalium' })] },
    ],
  },
};
