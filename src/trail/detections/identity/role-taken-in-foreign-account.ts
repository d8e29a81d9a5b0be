import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { isService, text as textAt } from '../../event.ts';
import { asksForeignRole } from '../stored.ts';
import { call, isAws, who } from './saying.ts';

export const detection: Detection = {
  title: text('A role of a foreign account was taken on', 'Se asumió un rol de una cuenta ajena'),
  description: text(
    'An identity of this account went over to an account that is not among the known ones: perhaps another of yours whose trail was not read, a supplier’s, or the attacker’s own. Ask whose it is.',
    'Una identidad de esta cuenta pasó a una cuenta que no está entre las conocidas: quizá otra suya cuyo registro no se leyó, la de un proveedor o la del propio atacante. Pregunte de quién es.',
  ),
  severity: 'informational',
  attack: ['T1550.001', 'T1021.007'],
  apis: ['sts:AssumeRole'],
  sql: asksForeignRole,
  when(record, background) {
    if (isAws(record) || isService(record) || textAt(record, 'userIdentity.type') === 'AWSAccount') return undefined;
    const account = /^arn:[^:]*:iam::(\d{12}):/.exec(textAt(record, 'requestParameters.roleArn') ?? '')?.[1];
    if (account === undefined || background.accounts.has(account) || account === textAt(record, 'recipientAccountId')) return undefined;
    return text(
      `${who(record)} took on a role of account ${account}, which is not one of the known ones.`,
      `${who(record)} asumió un rol de la cuenta ${account}, que no es una de las conocidas.`,
    );
  },
  examples: {
    hits: [
      { what: 'away', records: [call('sts:AssumeRole', { roleArn: 'arn:aws:iam::999988887777:role/r' })] },
      { what: 'refused there', records: [call('sts:AssumeRole', { roleArn: 'arn:aws:iam::999988887777:role/r' }, { errorCode: 'AccessDenied' })] },
    ],
    quiet: [
      { what: 'at home', records: [call('sts:AssumeRole', { roleArn: 'arn:aws:iam::111122223333:role/r' })] },
      { what: 'a service', records: [call('sts:AssumeRole', { roleArn: 'arn:aws:iam::999988887777:role/r' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
