import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, REFUSED, target, who } from './saying.ts';

export const detection: Detection = {
  title: text('The limit of an identity was taken away', 'Se quitó el límite de una identidad'),
  description: text(
    'A permissions boundary keeps a user or role from using all that its policies say. Without it they count in full. Platform teams change boundaries on purpose; the identity’s own holder should not be able to.',
    'Un límite de permisos impide que un usuario o rol use todo lo que dicen sus políticas. Sin él valen por entero. Los equipos de plataforma cambian límites a propósito; el propio titular no debería poder hacerlo.',
  ),
  severity: 'high',
  attack: ['T1548.005', 'T1098.003'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html'],
  apis: ['iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary', 'iam:PutRolePermissionsBoundary'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantOf(record, background, { refused: true });
    const removed = apiOf(record).startsWith('iam:Delete');
    if (!grant || (!removed && grant.powers.length === 0)) return undefined;
    const name = target(record);
    return removed
      ? text(`${who(record)} took away the limit of ${name}.`, `${who(record)} quitó el límite de ${name}.`)
      : text(`${who(record)} gave ${name} a limit that limits nothing.`, `${who(record)} dio a ${name} un límite que no limita nada.`);
  },
  examples: {
    hits: [
      { what: 'taken away', records: [call('iam:DeleteUserPermissionsBoundary', { userName: 'bob' })] },
      {
        what: 'everything is within it',
        records: [call('iam:PutRolePermissionsBoundary', { roleName: 'r', permissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' })],
      },
      { what: 'refused', records: [call('iam:DeleteRolePermissionsBoundary', null, REFUSED)] },
    ],
    quiet: [
      {
        what: 'a limit of one’s own',
        records: [call('iam:PutUserPermissionsBoundary', { userName: 'bob', permissionsBoundary: 'arn:aws:iam::111122223333:policy/limit' })],
      },
      {
        what: 'a narrow one of AWS',
        records: [call('iam:PutRolePermissionsBoundary', { roleName: 'r', permissionsBoundary: 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess' })],
      },
    ],
  },
};
