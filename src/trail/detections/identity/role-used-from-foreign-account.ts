import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { known } from '../stored.ts';
import { call, shown } from './saying.ts';

export const detection: Detection = {
  title: text('A role was taken on from a foreign account', 'Un rol fue asumido desde una cuenta ajena'),
  description: text(
    'Somebody of an account that is not among the known ones took on a role here. Suppliers do so by agreement. Ask whose account it is; read the role’s trust policy and when it was last changed.',
    'Alguien de una cuenta que no está entre las conocidas asumió un rol de aquí. Los proveedores lo hacen por acuerdo. Pregunte de quién es la cuenta; lea la política de confianza del rol y cuándo cambió.',
  ),
  severity: 'medium',
  attack: ['T1199', 'T1078.004'],
  apis: ['sts:AssumeRole'],
  sql: (background) => `identityType = 'AWSAccount' AND accountId NOT IN (${known(background)})`,
  when(record, background) {
    const account = textAt(record, 'userIdentity.accountId');
    if (textAt(record, 'userIdentity.type') !== 'AWSAccount' || account === undefined || background.accounts.has(account)) return undefined;
    const role = shown(record, 'requestParameters.roleArn');
    return text(
      `Account ${shown(record, 'userIdentity.accountId')}, which is not one of the known ones, took on ${role}.`,
      `La cuenta ${shown(record, 'userIdentity.accountId')}, que no es una de las conocidas, asumió ${role}.`,
    );
  },
  examples: {
    hits: [
      { what: 'a stranger', records: [call('sts:AssumeRole', { roleArn: 'arn:aws:iam::111122223333:role/r' }, { userIdentity: { type: 'AWSAccount' } })] },
      { what: 'refused', records: [call('sts:AssumeRole', null, { userIdentity: { type: 'AWSAccount' }, errorCode: 'AccessDenied' })] },
    ],
    quiet: [
      { what: 'a known account', records: [call('sts:AssumeRole', { roleArn: 'r' }, { userIdentity: { type: 'AWSAccount', accountId: '111122223333' } })] },
      { what: 'a service', records: [call('sts:AssumeRole', { roleArn: 'r' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
