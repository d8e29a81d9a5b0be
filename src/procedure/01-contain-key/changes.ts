import type { Call, Change, Text, Value } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { under, type Within } from '../shared/accounts.ts';
import { DENY_ALL } from '../shared/policies.ts';
import { inlinePolicy } from '../shared/revocation.ts';

export { revokeSessions } from '../shared/revocation.ts';

const iamCall = (region: string, operation: string, input: Value): Call => ({ service: 'iam', operation, region, input });

/** Switches an access key off. Taken back only when a person asks for it by name: it gives a leaked key its life back. */
export function deactivateKey(region: string, userName: string, accessKeyId: string, danger: readonly Text[]): Change {
  const set = (status: string) => iamCall(region, 'UpdateAccessKey', { UserName: userName, AccessKeyId: accessKeyId, Status: status });
  return {
    id: `deactivate.${accessKeyId}`,
    why: text(`switch off access key ${accessKeyId} of ${userName}`, `desactivar la clave de acceso ${accessKeyId} de ${userName}`),
    call: set('Inactive'),
    repeat: 'safe',
    probe: {
      call: iamCall(region, 'ListAccessKeys', { UserName: userName }),
      pick: { from: 'AccessKeyMetadata', where: [{ path: 'AccessKeyId', is: accessKeyId }] },
      done: [{ path: '[0].Status', is: 'Inactive' }],
      ready: [{ path: '[0].Status', is: 'Active' }],
    },
    undo: {
      calls: [set('Active')],
      ask: text(
        `this gives the leaked key ${accessKeyId} its life back: whoever has it can use it again`,
        `esto devuelve la vida a la clave filtrada ${accessKeyId}: quien la tenga podrá volver a usarla`,
      ),
    },
    danger,
  };
}

/** Denies a user everything, sessions included: AWS's managed policy, or an inline one when the user has no place left for a managed one. */
export function denyUser(region: string, userName: string, policyArn: string, inlineName: string, danger: readonly Text[]): [Change, Change] {
  const id = `deny.${userName}`;
  const loses = text(
    `this lets ${userName} act again, with every key and session that still lives`,
    `esto permite que ${userName} vuelva a actuar, con toda clave y sesión que siga viva`,
  );
  return [
    {
      id,
      why: text(
        `deny ${userName} everything, sessions that outlive the key included`,
        `denegar todo a ${userName}, incluidas las sesiones que sobreviven a la clave`,
      ),
      call: iamCall(region, 'AttachUserPolicy', { UserName: userName, PolicyArn: policyArn }),
      repeat: 'safe',
      probe: {
        call: iamCall(region, 'ListAttachedUserPolicies', { UserName: userName }),
        pick: { from: 'AttachedPolicies', where: [{ path: 'PolicyArn', is: policyArn }] },
        done: [{ path: 'length(@)', is: 1 }],
        ready: [{ path: 'length(@)', is: 0 }],
      },
      undo: { calls: [iamCall(region, 'DetachUserPolicy', { UserName: userName, PolicyArn: policyArn })], already: ['NoSuchEntity'], loses },
      danger,
    },
    {
      ...inlinePolicy(region, 'User', userName, inlineName, DENY_ALL),
      id: `deny-inline.${userName}`,
      why: text(
        `the user has no place for another managed policy: deny by an inline policy`,
        `el usuario no admite otra política administrada: denegar con una política insertada`,
      ),
      instead: { of: id, on: ['LimitExceeded'] },
      undo: { calls: [iamCall(region, 'DeleteUserPolicy', { UserName: userName, PolicyName: inlineName })], already: ['NoSuchEntity'], loses },
      danger,
    },
  ];
}

/** Denies a role that the attacker made everything, whoever assumes it. */
export function denyRole(region: string, name: string, inlineName: string, danger: readonly Text[]): Change {
  return {
    ...inlinePolicy(region, 'Role', name, inlineName, DENY_ALL),
    id: `deny.role.${name}`,
    why: text(`deny the role ${name}, made by the attacker, everything`, `denegar todo al rol ${name}, creado por el atacante`),
    undo: {
      calls: [iamCall(region, 'DeleteRolePolicy', { RoleName: name, PolicyName: inlineName })],
      already: ['NoSuchEntity'],
      loses: text(`whoever may assume ${name} can use it again`, `quien pueda asumir ${name} podrá volver a usarlo`),
    },
    danger,
  };
}

/**
 * The same change in another account: every call under the credentials for it, and ids of its own, since names are unique in
 * an account only. In the responder's own account the change stays as it is.
 */
export function inAccount(change: Change, where: Within): Change {
  if (where.as === undefined) return change;
  const named = (id: string): string => `${where.account}.${id}`;
  const call = (one: Call): Call => ({ ...one, ...under(where) });
  const { undo, instead, needs, after } = change;
  return {
    ...change,
    id: named(change.id),
    why: text(`account ${where.account}: ${change.why.en}`, `cuenta ${where.account}: ${change.why.es}`),
    call: call(change.call),
    probe: { ...change.probe, call: call(change.probe.call) },
    undo: 'calls' in undo ? { ...undo, calls: undo.calls.map((one) => ('read' in one ? { ...one, read: call(one.read) } : call(one))) } : undo,
    ...(instead ? { instead: { ...instead, of: named(instead.of) } } : {}),
    ...(needs ? { needs: needs.map(named) } : {}),
    ...(after ? { after: after.map(named) } : {}),
  };
}
/** Is this the id of a change that was made in another account than the responder's? */
export const isElsewhere = (step: string): boolean => /^\d{12}\./.test(step);
