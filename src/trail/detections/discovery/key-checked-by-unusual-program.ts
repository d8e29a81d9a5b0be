import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { longTermKey, machinery, shown, who } from '../data/reading.ts';

/** The same pattern for the store. */
const KNOWN =
  'aws-cli|boto|aws-sdk|terraform|opentofu|pulumi|console|aws internal|amazonaws\\.com|apn/|cdk|sam cli|exec-env|m/[a-z]|amazon-ssm-agent|aws-.*agent|aws toolkit';
const OURS = new RegExp(KNOWN, 'i');

export const detection: Detection = {
  title: text('Long-term key asked who it is, by no program of AWS', 'Clave permanente que pregunta quién es, con un programa ajeno a AWS'),
  description: text(
    'GetCallerIdentity needs no permission and is what key checkers call first. The CLI, SDKs and Terraform call it all day and are left out; what came here is something else, or hides its name.',
    'GetCallerIdentity no necesita permiso y es lo primero que llaman los comprobadores de claves. La CLI, los SDK y Terraform la llaman todo el día y no cuentan; lo que vino aquí es otra cosa, u oculta su nombre.',
  ),
  severity: 'medium',
  attack: ['T1087.004', 'T1078.004'],
  apis: ['sts:GetCallerIdentity', 'sts:GetSessionToken'],
  sql: ["accessKeyId LIKE 'AKIA%'", `NOT regexp_matches(coalesce(userAgent, ''), '${KNOWN}', 'i')`],
  when: (record) =>
    machinery(record) || !(longTermKey(record) && !OURS.test((at(record, 'userAgent') ?? '').slice(0, 500)))
      ? undefined
      : text(
          `${who(record)} asked who he is with ${shown(at(record, 'userAgent'))} from ${shown(at(record, 'sourceIPAddress'))}.`,
          `${who(record)} preguntó quién es con ${shown(at(record, 'userAgent'))} desde ${shown(at(record, 'sourceIPAddress'))}.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${at(record, 'sourceIPAddress') ?? ''}`,
    within: 86_400,
    atLeast: 1,
  },
  examples: {
    hits: [
      example('curl', call('sts:GetCallerIdentity', null, { userAgent: 'curl/8.5.0' })),
      example('refused', denied('sts:GetCallerIdentity', null, { userAgent: 'python-requests/2.31.0' })),
    ],
    quiet: [
      example('the CLI', call('sts:GetCallerIdentity')),
      example('an SDK in brackets', call('sts:GetCallerIdentity', null, { userAgent: '[Boto3/1.26.165 Python/3.10.6 Linux] Botocore' })),
    ],
  },
};
