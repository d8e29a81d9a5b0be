import { resolve } from '../../engine/values.ts';
import type { Call, Change, Json, JsonObject } from '../../kernel/index.ts';
import { type Canned, failure } from './fake-context.ts';

interface Holder {
  readonly keys: Map<string, string>;
  readonly attached: Set<string>;
  readonly inline: Map<string, string>;
}
/** A few IAM users and roles that remember: enough to apply a plan's changes and read the outcome. */
export function fakeIam(
  users: Readonly<Record<string, Readonly<Record<string, string>>>>,
  roles: readonly string[] = [],
  options: { managedLimit?: number } = {},
) {
  const holder = (keys: Readonly<Record<string, string>> = {}): Holder => ({ keys: new Map(Object.entries(keys)), attached: new Set(), inline: new Map() });
  const state = {
    User: new Map(Object.entries(users).map(([name, keys]) => [name, holder(keys)])),
    Role: new Map(roles.map((name) => [name, holder()])),
  };
  const find = (kind: 'User' | 'Role', call: Call): Holder => {
    const found = state[kind].get(String((call.input as JsonObject)[`${kind}Name`]));
    if (!found) throw failure('NoSuchEntity', 404);
    return found;
  };
  const inline = (kind: 'User' | 'Role') => (call: Call) => {
    const { PolicyName } = call.input as { PolicyName: string };
    const document = find(kind, call).inline.get(PolicyName);
    return document === undefined ? failure('NoSuchEntity', 404) : { PolicyName, PolicyDocument: encodeURIComponent(document) };
  };
  const answers: Record<string, Canned> = {
    'iam:ListAccessKeys': (call) => ({
      IsTruncated: false,
      AccessKeyMetadata: [...find('User', call).keys].map(([AccessKeyId, Status]) => ({ AccessKeyId, Status })),
    }),
    'iam:ListAttachedUserPolicies': (call) => ({
      AttachedPolicies: [...find('User', call).attached].map((arn) => ({ PolicyName: arn.split('/').at(-1)!, PolicyArn: arn })),
    }),
    'iam:GetUserPolicy': inline('User'),
    'iam:GetRolePolicy': inline('Role'),
    'iam:GetRole': (call) => {
      find('Role', call);
      return { Role: { RoleName: (call.input as JsonObject).RoleName! } };
    },
    'iam:GetAccessKeyLastUsed': (call) => {
      const owner = [...state.User].find(([, user]) => user.keys.has((call.input as { AccessKeyId: string }).AccessKeyId));
      return owner
        ? { UserName: owner[0], AccessKeyLastUsed: { Region: 'us-east-1', ServiceName: 'ec2', LastUsedDate: '2026-11-22T11:00:00Z' } }
        : failure('NoSuchEntity', 404);
    },
    'sts:GetAccessKeyInfo': { Account: '111122223333' },
  };
  const operations: Record<string, (call: Call, input: any) => void> = {
    UpdateAccessKey: (call, { AccessKeyId, Status }) => void find('User', call).keys.set(AccessKeyId, Status),
    DeleteAccessKey: (call, { AccessKeyId }) => void find('User', call).keys.delete(AccessKeyId),
    AttachUserPolicy: (call, { PolicyArn }) => {
      const user = find('User', call);
      if (user.attached.size >= (options.managedLimit ?? 10)) throw failure('LimitExceeded', 409);
      user.attached.add(PolicyArn);
    },
    DetachUserPolicy: (call, { PolicyArn }) => void find('User', call).attached.delete(PolicyArn),
    PutUserPolicy: (call, { PolicyName, PolicyDocument }) => void find('User', call).inline.set(PolicyName, PolicyDocument),
    PutRolePolicy: (call, { PolicyName, PolicyDocument }) => void find('Role', call).inline.set(PolicyName, PolicyDocument),
    DeleteUserPolicy: (call, { PolicyName }) => void find('User', call).inline.delete(PolicyName),
    DeleteRolePolicy: (call, { PolicyName }) => void find('Role', call).inline.delete(PolicyName),
  };
  const send = (call: Call, now: string): void => {
    const input = resolve(call.input, { output: () => null, now: () => Date.parse(now), token: 'token' }) as Json;
    operations[call.operation]!({ ...call, input }, input);
  };
  return {
    answers,
    state,
    /** Carries out changes in order; an alternative runs when the change it stands in for is refused. */
    apply(changes: readonly Change[], now = '2026-11-22T12:00:00.000Z'): string[] {
      const refused = new Set<string>();
      const sent: string[] = [];
      for (const change of changes) {
        if (change.instead && !refused.has(change.instead.of)) continue;
        try {
          send(change.call, now);
          sent.push(change.id);
        } catch (error) {
          if (!changes.some((other) => other.instead?.of === change.id && other.instead.on.includes((error as { code: string }).code))) throw error;
          refused.add(change.id);
        }
      }
      return sent;
    },
    undo(changes: readonly Change[]): void {
      for (const change of changes)
        if ('calls' in change.undo) for (const call of change.undo.calls) if ('operation' in call) send(call, '2026-11-22T12:00:00.000Z');
    },
    /** The world as text: for "undone to what it was". */
    picture: (): string =>
      JSON.stringify(state, (_key, value) =>
        value instanceof Map ? [...value].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)) : value instanceof Set ? [...value].sort() : value,
      ),
  };
}
