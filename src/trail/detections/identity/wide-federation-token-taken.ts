import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { at } from '../../event.ts';
import { powersOf, readPolicy } from '../../policy/index.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

const WIDE: ReadonlySet<string> = new Set(['admin', 'iam', 'broad', 'escalation', 'credentials']);
const ADMIN = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

export const detection: Detection = {
  title: text('A federation token with wide powers was taken', 'Se obtuvo un token de federación con poderes amplios'),
  description: text(
    'GetFederationToken makes a session of up to 36 hours that outlives the key it came from, and a console sign-in can be made of it. Old sign-in portals use it with a narrow session policy; here the policy is wide, or there is none to be seen. Deny everything to the user behind it, deleting his key is not enough.',
    'GetFederationToken crea una sesión de hasta 36 horas que sobrevive a la clave de la que salió, y de ella puede hacerse una entrada en la consola. Los portales antiguos lo usan con una política estrecha; aquí es amplia, o no se ve ninguna. Deniegue todo al usuario que está detrás: borrar su clave no basta.',
  ),
  severity: 'high',
  attack: ['T1550.001', 'T1098.001'],
  references: ['https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html'],
  apis: ['sts:GetFederationToken'],
  when(record) {
    if (isAws(record)) return undefined;
    const { policy } = readPolicy(at(record, 'requestParameters.policy'));
    if (policy && !powersOf(policy).some(({ kind }) => WIDE.has(kind))) return undefined;
    const name = shown(record, 'requestParameters.name');
    return text(
      `${who(record)} took a federation token named ${name}, without a narrow policy.`,
      `${who(record)} obtuvo un token de federación llamado ${name}, sin una política estrecha.`,
    );
  },
  examples: {
    hits: [
      { what: 'everything', records: [call('sts:GetFederationToken', { name: 'backup', policy: ADMIN, durationSeconds: 129600 })] },
      { what: 'no policy', records: [call('sts:GetFederationToken', { name: 'x' })] },
      { what: 'refused', records: [call('sts:GetFederationToken', null, REFUSED)] },
    ],
    quiet: [
      { what: 'one bucket', records: [call('sts:GetFederationToken', { name: 'upload', policy: ADMIN.replace('"*"', '"s3:PutObject"') })] },
      { what: 'looking', records: [call('sts:GetFederationToken', { name: 'viewer', policy: ADMIN.replace('"*"', '"ec2:Describe*"') })] },
    ],
  },
};
