import { describe, expect, it } from 'vitest';
import type { Action, Found, JsonObject } from '../../kernel/index.ts';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { planOf } from '../testing/plan-of.ts';
import { action as mfa } from './deactivate-mfa-devices.ts';
import { action as service } from './deactivate-service-credentials.ts';
import { action as certificates } from './deactivate-signing-certificates.ts';
import { action as ssh } from './deactivate-ssh-keys.ts';
import { action as passwords } from './delete-login-profiles.ts';

const KEY = 'AKIAQ2LEAKEDKEY23456';
const ACCOUNT = '111122223333';
const BEFORE = '2026-01-05T09:00:00.000Z';
const AFTER = '2026-11-22T10:30:00.000Z';
const found = (type: string, id: string, detail: JsonObject, byKey = true): Found => ({
  type,
  id,
  arn: `arn:aws:iam::${ACCOUNT}:x/${id}`,
  region: 'us-east-1',
  account: ACCOUNT,
  createdAt: AFTER,
  alive: true,
  byKey,
  detail,
});
const hunt = (all: Found[]) => ({
  accessKeyId: KEY,
  account: ACCOUNT,
  since: BEFORE,
  found: all,
  tree: [{ credential: KEY, kind: 'key', issuedBy: null, via: 'leaked', issued: null, first: '2026-11-22T10:00:00.000Z' }],
});
const context = (answers: Record<string, Canned>, all: Found[] = []) =>
  fakeContext({
    target: { accessKeyId: KEY },
    answers: { 'sts:GetAccessKeyInfo': { Account: ACCOUNT }, 'iam:GetAccessKeyLastUsed': { UserName: 'deploy' }, ...answers },
    facts: { account: ACCOUNT, observed: { hunt: hunt(all) as any } },
  });
const by = (user: string, operation: string) => `iam:${operation} {"UserName":"${user}"}`;

interface Kind {
  readonly action: Action<any>;
  readonly list: string;
  readonly member: string;
  readonly type: string;
  readonly end: string;
  readonly row: (id: string, created: string, status?: string) => JsonObject;
  readonly ids: readonly [old: string, fresh: string, other: string];
}
const kinds: Kind[] = [
  {
    action: service,
    list: 'ListServiceSpecificCredentials',
    member: 'ServiceSpecificCredentials',
    type: 'AWS::IAM::ServiceSpecificCredential',
    end: 'UpdateServiceSpecificCredential',
    row: (id, created, status = 'Active') => ({ ServiceSpecificCredentialId: id, CreateDate: created, Status: status, ServiceName: 'bedrock.amazonaws.com' }),
    ids: ['ACCAOLD', 'ACCANEW', 'ACCAOTHER'],
  },
  {
    action: ssh,
    list: 'ListSSHPublicKeys',
    member: 'SSHPublicKeys',
    type: 'AWS::IAM::SSHPublicKey',
    end: 'UpdateSSHPublicKey',
    row: (id, created, status = 'Active') => ({ SSHPublicKeyId: id, UploadDate: created, Status: status }),
    ids: ['APKAOLD', 'APKANEW', 'APKAOTHER'],
  },
  {
    action: certificates,
    list: 'ListSigningCertificates',
    member: 'Certificates',
    type: 'AWS::IAM::SigningCertificate',
    end: 'UpdateSigningCertificate',
    row: (id, created, status = 'Active') => ({ CertificateId: id, UploadDate: created, Status: status }),
    ids: ['CERTOLD', 'CERTNEW', 'CERTOTHER'],
  },
  {
    action: mfa,
    list: 'ListMFADevices',
    member: 'MFADevices',
    type: 'AWS::IAM::MFADevice',
    end: 'DeactivateMFADevice',
    row: (id, created) => ({ SerialNumber: id, EnableDate: created }),
    ids: [`arn:aws:iam::${ACCOUNT}:mfa/old`, `arn:aws:iam::${ACCOUNT}:mfa/new`, `arn:aws:iam::${ACCOUNT}:mfa/other`],
  },
];

describe.each(kinds)('$action.id', ({ action, list, member, type, end, row, ids: [old, fresh, other] }) => {
  const lists = (mine: JsonObject[], colleagues: JsonObject[]) => ({
    [by('deploy', list)]: { IsTruncated: false, [member]: mine },
    [by('ana', list)]: { IsTruncated: false, [member]: colleagues },
  });
  const all = [found(type, other, { userName: 'ana' })];

  it("ends what appeared on the leaked key's user since the attack, and on others only what the hunt found", async () => {
    const ctx = context(lists([row(old, BEFORE), row(fresh, AFTER)], [row(other, AFTER), row(`${other}2`, AFTER)]), all);
    const { changes } = await planOf(action, ctx);
    expect(changes.map(({ call }) => call.operation)).toEqual([end, end]);
    expect(JSON.stringify(changes.map(({ call }) => call.input))).toContain(fresh);
    expect(JSON.stringify(changes.map(({ call }) => call.input))).toContain(`"${other}"`);
    expect(JSON.stringify(changes)).not.toContain(old);
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'fails', why: { en: expect.stringContaining(fresh) } }]);
  });
  it('holds, and plans nothing, once they are of no use', async () => {
    const gone = action === mfa ? lists([row(old, BEFORE)], []) : lists([row(old, BEFORE), row(fresh, AFTER, 'Inactive')], [row(other, AFTER, 'Inactive')]);
    const ctx = context(gone, all);
    expect((await planOf(action, ctx)).steps).toEqual([]);
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'holds', why: { en: expect.stringContaining('(2 users looked at,') } }]);
    const alone = context({ [by('deploy', list)]: { IsTruncated: false, [member]: [] } });
    expect((await action.check(alone))[0]).toMatchObject({
      why: { en: expect.stringContaining('(1 user looked at,'), es: expect.stringContaining('(1 usuario revisado,') },
    });
  });
  it('is not known before a hunt, nor when IAM may not be read', async () => {
    const blind = fakeContext({ target: { accessKeyId: KEY } });
    expect((await planOf(action, blind)).steps).toEqual([]);
    expect(await action.check(blind)).toMatchObject([{ verdict: 'unknown' }]);
    expect(await action.check(context({ [by('deploy', list)]: failure('AccessDenied', 403) }))).toMatchObject([{ verdict: 'unknown' }]);
  });
});

describe('what only CloudTrail tells of', () => {
  it('is looked for on the users that the attacker changed; what else they have is left alone', async () => {
    const { action, list, member, row, ids } = kinds[1]!;
    const changed = found('AWS::IAM::User', 'ana', { changedByKey: true }, false);
    const ctx = context(
      {
        [by('deploy', list)]: { IsTruncated: false, [member]: [] },
        [by('ana', list)]: { IsTruncated: false, [member]: [row(ids[2], AFTER), row('APKAANAS', AFTER)] },
      },
      [changed, found('AWS::IAM::SSHPublicKey', ids[2], { knownFrom: 'CloudTrail only' })],
    );
    expect((await planOf(action, ctx)).changes.map(({ call }) => call.input)).toEqual([{ UserName: 'ana', SSHPublicKeyId: ids[2], Status: 'Inactive' }]);
  });
});

describe('delete-login-profiles', () => {
  const profile = (UserName: string, CreateDate: string) => ({ LoginProfile: { UserName, CreateDate } });
  const made = [found('AWS::IAM::User', 'backup', {}), found('AWS::IAM::LoginProfile', 'ana', { userName: 'ana', changedByKey: true }, false)];
  it('takes the passwords he made or changed, and leaves an old one alone', async () => {
    const ctx = context(
      {
        [by('deploy', 'GetLoginProfile')]: profile('deploy', BEFORE),
        [by('backup', 'GetLoginProfile')]: profile('backup', AFTER),
        [by('ana', 'GetLoginProfile')]: profile('ana', BEFORE),
      },
      made,
    );
    const { changes } = await planOf(passwords, ctx);
    expect(changes.map(({ id }) => id).sort()).toEqual(['login.ana', 'login.backup']);
    expect(changes[0]!.undo).toHaveProperty('never');
    expect(changes.find(({ id }) => id === 'login.backup')!.danger).toEqual([
      {
        en: `the console password of backup appeared ${AFTER}; if a colleague added it, it stops working`,
        es: `la contraseña de consola de backup apareció ${AFTER}; si un compañero hizo el cambio, dejará de funcionar`,
      },
    ]);
    expect(await passwords.check(ctx)).toMatchObject([{ verdict: 'fails' }]);
    const none = failure('NoSuchEntity', 404);
    const after = context(
      { [by('deploy', 'GetLoginProfile')]: profile('deploy', BEFORE), [by('backup', 'GetLoginProfile')]: none, [by('ana', 'GetLoginProfile')]: none },
      made,
    );
    expect((await planOf(passwords, after)).steps).toEqual([]);
    expect(await passwords.check(after)).toMatchObject([{ verdict: 'holds' }]);
  });
  it('one that only CloudTrail tells of is taken too', async () => {
    const ctx = context({ [by('deploy', 'GetLoginProfile')]: failure('NoSuchEntity', 404), [by('ana', 'GetLoginProfile')]: profile('ana', AFTER) }, [
      found('AWS::IAM::LoginProfile', 'ana', { knownFrom: 'CloudTrail only' }),
    ]);
    expect((await planOf(passwords, ctx)).changes.map(({ id }) => id)).toEqual(['login.ana']);
  });
});
