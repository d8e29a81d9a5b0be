import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { call, isInstance, REFUSED, shown, target, WORKER, who } from './saying.ts';

const INSTANCE = { userIdentity: { type: 'AssumedRole', principalId: 'AROAEXAMPLEROLE000001:i-0123456789abcdef0' } };

export const detection: Detection = {
  title: text('A machine’s role changed identities', 'El rol de una máquina cambió identidades'),
  description: text(
    'Credentials of an instance made users, keys or policies. Programs on machines hardly ever do; whoever broke into one, or read its credentials through a flaw, does it first. See from which address: the instance’s own, or another.',
    'Las credenciales de una instancia crearon usuarios, claves o políticas. Los programas en máquinas casi nunca lo hacen; quien entró en una, o leyó sus credenciales por un fallo, lo hace primero. Vea desde qué dirección: la de la instancia u otra.',
  ),
  severity: 'high',
  attack: ['T1552.005', 'T1098'],
  apis: ['iam:Create*', 'iam:Put*', 'iam:Attach*', 'iam:Update*', 'iam:Add*', 'sts:GetFederationToken'],
  sql: "identityType = 'AssumedRole' AND contains(principalId, ':i-')",
  when(record) {
    if (!isInstance(record) || /^iam:(CreateServiceLinkedRole|UpdateRoleDescription)$/.test(apiOf(record))) return undefined;
    return text(
      `The credentials of an instance (${who(record)}) called ${shown(record, 'eventName')} for ${target(record)}.`,
      `Las credenciales de una instancia (${who(record)}) llamaron a ${shown(record, 'eventName')} para ${target(record)}.`,
    );
  },
  examples: {
    hits: [
      { what: 'a user', records: [call('iam:CreateUser', { userName: 'x' }, INSTANCE)] },
      { what: 'refused', records: [call('iam:AttachRolePolicy', null, { ...INSTANCE, ...REFUSED })] },
    ],
    quiet: [
      { what: 'a person’s session', records: [call('iam:CreateUser', { userName: 'x' }, WORKER)] },
      { what: 'a role that a service needs', records: [call('iam:CreateServiceLinkedRole', { aWSServiceName: 'autoscaling.amazonaws.com' }, INSTANCE)] },
    ],
  },
};
