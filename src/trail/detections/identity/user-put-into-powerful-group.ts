import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

const POWERFUL = /admin|root|owner|power|super|break-?glass|devops|security/i;

export const detection: Detection = {
  title: text('User put into a group of administrators', 'Usuario metido en un grupo de administradores'),
  description: text(
    'A user joined a group whose name speaks of power, or put himself into any group. What the group may really do is in its policies. New administrators are made like this: ask who decided it.',
    'Un usuario entró en un grupo cuyo nombre habla de poder, o se metió a sí mismo en cualquier grupo. Lo que el grupo puede hacer está en sus políticas. Así se hacen los administradores nuevos: pregunte quién lo decidió.',
  ),
  severity: 'medium',
  attack: ['T1098.003'],
  apis: ['iam:AddUserToGroup'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantOf(record, background, { refused: true });
    if (!grant) return undefined;
    const group = shown(record, 'requestParameters.groupName');
    if (!grant.self && outcomeOf(record) !== 'denied' && !POWERFUL.test(group)) return undefined;
    const user = shown(record, 'requestParameters.userName');
    return text(`${who(record)} put ${user} into the group ${group}.`, `${who(record)} metió a ${user} en el grupo ${group}.`);
  },
  examples: {
    hits: [
      { what: 'an administrator more', records: [call('iam:AddUserToGroup', { userName: 'bob', groupName: 'Administrators' })] },
      { what: 'himself', records: [call('iam:AddUserToGroup', { userName: 'alice', groupName: 'billing' })] },
      { what: 'refused', records: [call('iam:AddUserToGroup', null, REFUSED)] },
    ],
    quiet: [
      { what: 'readers', records: [call('iam:AddUserToGroup', { userName: 'bob', groupName: 'readers' })] },
      { what: 'a service', records: [call('iam:AddUserToGroup', { userName: 'bob', groupName: 'admins' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
