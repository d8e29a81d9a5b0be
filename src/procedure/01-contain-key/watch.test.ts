import { describe, expect, it } from 'vitest';
import type { Check, Json, JsonObject, Standing } from '../../kernel/index.ts';
import { canonical, text } from '../../kernel/index.ts';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { diffIam, diffText } from './iam-diff.ts';
import { type IamPicture, readIam } from './iam-read.ts';
import { BEFORE, collector as iamState } from './iam-state.ts';
import { action as watch } from './watch-containment.ts';

const ACCOUNT = '111122223333';
const LEAKED = 'AKIAQ2LEAKEDKEY23456';
const SESSION = 'ASIAQ2SESSIQN2345672';
const NEW_KEY = 'AKIAQ2REMADEKEY23456';
const T0 = '2026-11-22T11:50:00.000Z';
const CUT = '2026-11-22T11:55:00.000Z';

interface User {
  keys?: Record<string, { status?: string; created: string }>;
  created?: string;
  attached?: string[];
  login?: string;
}
/** IAM as the answers of its lists. */
const iamOf = (users: Record<string, User>, roles: Record<string, JsonObject> = {}): Record<string, Canned> => {
  const of = (call: { input: unknown }) => users[(call.input as { UserName: string }).UserName]!;
  return {
    'iam:GetAccountAuthorizationDetails': {
      UserDetailList: Object.entries(users).map(([UserName, user]) => ({
        UserName,
        UserId: `AIDA${UserName}`,
        CreateDate: user.created ?? '2026-01-01T00:00:00.000Z',
        AttachedManagedPolicies: (user.attached ?? []).map((PolicyArn) => ({ PolicyArn, PolicyName: 'x' })),
      })),
      RoleDetailList: Object.entries(roles).map(([RoleName, role]) => ({
        RoleName,
        RoleId: `AROA${RoleName}`,
        CreateDate: '2026-01-01T00:00:00.000Z',
        AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role)),
      })),
      GroupDetailList: [],
      Policies: [],
    } as Json,
    'iam:ListServiceSpecificCredentials': { ServiceSpecificCredentials: [] },
    'iam:ListAccessKeys': (call) => ({
      AccessKeyMetadata: Object.entries(of(call).keys ?? {}).map(([AccessKeyId, key]) => ({
        AccessKeyId,
        Status: key.status ?? 'Active',
        CreateDate: key.created,
      })),
    }),
    'iam:GetLoginProfile': (call) => (of(call).login ? { LoginProfile: { CreateDate: of(call).login! } } : failure('NoSuchEntity', 404)),
    'iam:ListMFADevices': { MFADevices: [] },
    'iam:ListSSHPublicKeys': { SSHPublicKeys: [] },
    'iam:ListSigningCertificates': { Certificates: [] },
    'ec2:DescribeRegions': { Regions: [{ RegionName: 'us-east-1' }, { RegionName: 'eu-west-1' }] },
  };
};
const COMPANY = { deploy: { keys: { [LEAKED]: { status: 'Inactive', created: '2026-01-01T00:00:00.000Z' } } }, ana: {} };
let number = 0;
const event = (eventName: string, by: JsonObject, more: JsonObject = {}): JsonObject => ({
  CloudTrailEvent: JSON.stringify({
    eventID: `e-${++number}`,
    eventName,
    eventSource: 'iam.amazonaws.com',
    awsRegion: 'us-east-1',
    eventTime: '2026-11-22T11:56:00Z',
    readOnly: false,
    userIdentity: by,
    sourceIPAddress: '203.0.113.9',
    ...more,
  }),
});
const asUser = (userName: string, accessKeyId: string): JsonObject => ({
  type: 'IAMUser',
  userName,
  accessKeyId,
  arn: `arn:aws:iam::${ACCOUNT}:user/${userName}`,
});
const asRole = (role: string, accessKeyId: string): JsonObject => ({
  type: 'AssumedRole',
  accessKeyId,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/x`,
  sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/${role}` }, attributes: { creationDate: '2026-11-22T11:00:00Z' } },
});
const created = (key: string, userName: string): JsonObject => ({
  requestParameters: { userName },
  responseElements: { accessKey: { accessKeyId: key, userName } },
});
const standing = (over: Partial<Standing> = {}): Standing => ({
  action: 'deactivate-key',
  step: `deactivate.${LEAKED}`,
  why: text('x', 'x'),
  call: { service: 'iam', operation: 'UpdateAccessKey', region: 'us-east-1' },
  input: { UserName: 'deploy', AccessKeyId: LEAKED, Status: 'Inactive' },
  since: CUT,
  state: 'stands',
  seen: [],
  evidence: [],
  ...over,
});
const hunt = (credentials: readonly JsonObject[] = [], accounts: readonly string[] = []): Json => ({
  accessKeyId: LEAKED,
  accounts: [...accounts],
  until: '2026-11-22T11:57:00.000Z',
  found: [],
  tree: [{ credential: LEAKED, kind: 'key', issued: null, last: '2026-11-22T11:40:00.000Z', userName: 'deploy' }, ...credentials],
});

interface Scene {
  iam?: Record<string, User>;
  roles?: Record<string, JsonObject>;
  before?: IamPicture | null;
  events?: readonly JsonObject[];
  standing?: readonly Standing[];
  tree?: readonly JsonObject[];
  accounts?: readonly string[];
  answers?: Record<string, Canned>;
}
async function picture(users: Record<string, User>, roles: Record<string, JsonObject> = {}): Promise<IamPicture> {
  return (await readIam(fakeContext({ answers: iamOf(users, roles), now: T0 }))).picture;
}
async function reading({ iam = COMPANY, roles = {}, before, events = [], standing: stood = [standing()], tree = [], accounts = [], answers = {} }: Scene) {
  const base = before === undefined ? await picture(COMPANY) : before;
  const ctx = fakeContext({
    target: { accessKeyId: LEAKED },
    facts: { observed: { hunt: hunt(tree, accounts), 'deny-user': { userName: 'deploy' } } },
    standing: stood,
    kept: base ? { [BEFORE]: canonical(base) } : {},
    answers: {
      ...iamOf(iam, roles),
      'cloudtrail:LookupEvents': ({ region, input }) => {
        const [{ AttributeKey, AttributeValue }] = (input as any).LookupAttributes;
        const mine = events.filter((one) => {
          const record = JSON.parse(String(one.CloudTrailEvent));
          return AttributeKey === 'ReadOnly'
            ? record.readOnly === false
            : AttributeKey === 'AccessKeyId'
              ? record.userIdentity.accessKeyId === AttributeValue
              : false;
        });
        return { Events: region === 'us-east-1' ? [...mine] : [] };
      },
      ...answers,
    },
  });
  const checks = (await watch.check(ctx)) as Check[];
  return { named: Object.fromEntries(checks.map((one) => [one.name, one.verdict])), why: Object.fromEntries(checks.map((one) => [one.name, one.why.en])), ctx };
}

describe('a reading of the watch', () => {
  const remade = { ...COMPANY, ana: { keys: { [NEW_KEY]: { created: '2026-11-22T11:56:00.000Z' } } } };
  it('holds when everything stands, nothing is new and nobody acts', async () => {
    const { named } = await reading({});
    expect(named).toEqual({ 'containment-stands': 'holds', 'no-new-credential': 'holds', 'no-act-since': 'holds' });
  });
  it('a key switched on again is red, with who did it', async () => {
    const { named, why } = await reading({
      standing: [standing({ state: 'reverted' })],
      events: [event('UpdateAccessKey', asRole('Admin', SESSION), { requestParameters: { userName: 'deploy', accessKeyId: LEAKED, status: 'Active' } })],
    });
    expect(named['containment-stands']).toBe('fails');
    expect(why['containment-stands']).toMatch(
      /REVERTED: deactivate\.AKIAQ2LEAKEDKEY23456 by arn:aws:sts::111122223333:assumed-role\/Admin\/x \(UpdateAccessKey.*respond leaked-key.*aplomb contain-key ASIAQ2SESSIQN2345672/,
    );
  });
  it('an inline policy that bears our name and allows is no denial', async () => {
    const sent = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
    const seen = encodeURIComponent(JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }));
    const inline = (document: string) =>
      standing({ step: 'deny-inline.deploy', input: { UserName: 'deploy', PolicyName: 'p', PolicyDocument: sent }, seen: { PolicyDocument: document } });
    expect((await reading({ standing: [inline(seen)] })).named['containment-stands']).toBe('fails');
    expect((await reading({ standing: [inline(encodeURIComponent(sent))] })).named['containment-stands']).toBe('holds');
  });
  describe('our own changes', () => {
    const statement = (who: string) => JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: who }, Action: 'sts:AssumeRole' }] });
    const role = (who: string) => ({ Partner: JSON.parse(statement(who)) as JsonObject });
    const closed = standing({
      action: 'close-role-trust',
      step: 'trust.Partner',
      call: { service: 'iam', operation: 'UpdateAssumeRolePolicy', region: 'us-east-1' },
      input: { RoleName: 'Partner', PolicyDocument: statement(ACCOUNT) },
    });
    const updated = (by: JsonObject, eventTime: string) => event('UpdateAssumeRolePolicy', by, { eventTime, requestParameters: { roleName: 'Partner' } });
    const responder = { type: 'AssumedRole', accessKeyId: 'ASIAQ2RESPQND2345672', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/IncidentResponder/jdoe` };
    const scene = async (now: string, events: JsonObject[], stood = [standing(), closed]) =>
      reading({ before: await picture(COMPANY, role('999999999999')), roles: role(now), events, standing: stood });
    const OURS = '2026-11-22T11:55:00Z';

    it('are no way in, before CloudTrail tells of them and after, whichever responder made them', async () => {
      for (const events of [[], [updated(responder, OURS)], [updated(asUser('jane', 'AKIAQ2JANESKEY234567'), OURS)]]) {
        const { named, why } = await scene(ACCOUNT, events);
        expect(named['no-new-credential']).toBe('holds');
        expect(why['no-new-credential']).not.toContain('Partner');
      }
    });
    it('what somebody wrote over them is his, and is not known to be anybody’s before CloudTrail says so', async () => {
      const again = updated(asRole('Admin', SESSION), '2026-11-22T11:56:10Z');
      const told = await scene('888888888888', [updated(responder, OURS), again]);
      expect(told.why['no-new-credential']).toMatch(/named and not accused: trust-policy Partner, .*assumed-role\/Admin/);
      const early = await scene('888888888888', [updated(responder, OURS)]);
      expect(early.named['no-new-credential']).toBe('unknown');
      expect(early.why['no-new-credential']).toContain('trust-policy Partner');
    });
    it('what the responder made by hand is not told as somebody’s; a session of the same role under another name is not his', async () => {
      const made = (by: JsonObject) => ({ iam: remade, events: [event('CreateAccessKey', by, created(NEW_KEY, 'ana'))] });
      expect((await reading(made(responder))).why['no-new-credential']).not.toContain(NEW_KEY);
      const other = { ...responder, arn: responder.arn.replace('jdoe', 'eve') };
      expect((await reading(made(other))).why['no-new-credential']).toContain(NEW_KEY);
      // On a user that is cut off even the responder's own new key is a way in.
      const deploy = { ...COMPANY, deploy: { keys: { ...COMPANY.deploy.keys, [NEW_KEY]: { created: '2026-11-22T11:56:00.000Z' } } } };
      expect((await reading({ iam: deploy, events: [event('CreateAccessKey', responder, created(NEW_KEY, 'deploy'))] })).named['no-new-credential']).toBe(
        'fails',
      );
    });
    it('are not named as what reverted them', async () => {
      const jane = event('UpdateAccessKey', asUser('jane', 'AKIAQ2JANESKEY234567'), {
        eventTime: OURS,
        requestParameters: { userName: 'deploy', accessKeyId: LEAKED, status: 'Inactive' },
      });
      const { why } = await reading({ standing: [standing({ state: 'reverted' })], events: [jane] });
      expect(why['containment-stands']).toContain('by whom is not known yet');
      // The same call a few seconds later is no record of ours.
      const again = event('UpdateAccessKey', asUser('eve', 'AKIAQ2EVESKEY2345672'), {
        eventTime: '2026-11-22T11:55:04Z',
        requestParameters: { userName: 'deploy', accessKeyId: LEAKED, status: 'Active' },
      });
      const struck = await reading({ standing: [standing({ state: 'reverted' })], events: [jane, again] });
      expect(struck.why['containment-stands']).toContain('user/eve (UpdateAccessKey');
    });
  });

  it('what could not be read is unknown, and so is a case in which nothing was contained', async () => {
    expect((await reading({ standing: [standing({ state: 'unread', seen: 'AccessDenied' })] })).named['containment-stands']).toBe('unknown');
    expect((await reading({ standing: [] })).named['containment-stands']).toBe('unknown');
    const denied = await reading({
      answers: { 'iam:GetAccountAuthorizationDetails': failure('AccessDenied', 403), 'cloudtrail:LookupEvents': failure('AccessDenied', 403) },
    });
    expect(denied.named).toEqual({ 'containment-stands': 'holds', 'no-new-credential': 'unknown', 'no-act-since': 'unknown' });
  });

  it('what was contained before the case began is watched by what it is', async () => {
    const deny = 'arn:aws:iam::aws:policy/AWSDenyAll';
    const facts = { 'deactivate-key': { userName: 'deploy' }, 'deny-user': { userName: 'deploy' } };
    const verdicts = { 'deactivate-key': { verdict: 'holds', checks: [] }, 'deny-user': { verdict: 'holds', checks: [] } } as const;
    const seen = async (users: Record<string, User>) => {
      const ctx = fakeContext({
        target: { accessKeyId: LEAKED },
        facts: { observed: facts, verdicts },
        answers: { ...iamOf(users), 'cloudtrail:LookupEvents': { Events: [] } },
      });
      return (await watch.check(ctx))[0]!;
    };
    const inactive = { [LEAKED]: { status: 'Inactive', created: '2026-01-01T00:00:00.000Z' } };
    expect(await seen({ deploy: { keys: inactive, attached: [deny] } })).toMatchObject({ verdict: 'holds' });
    expect(await seen({ deploy: { keys: inactive } })).toMatchObject({ verdict: 'fails', why: { en: expect.stringContaining('REVERTED: deny.deploy') } });
    expect(await seen({ deploy: { keys: { [LEAKED]: { created: '2026-01-01T00:00:00.000Z' } }, attached: [deny] } })).toMatchObject({ verdict: 'fails' });
  });

  it('a key that another session of the attacker made is red', async () => {
    const { named, why } = await reading({
      iam: remade,
      tree: [{ credential: SESSION, kind: 'session', issued: T0 }],
      events: [event('CreateAccessKey', asRole('Admin', SESSION), created(NEW_KEY, 'ana'))],
    });
    expect(named['no-new-credential']).toBe('fails');
    expect(why['no-new-credential']).toContain(NEW_KEY);
  });
  it('a chain of sessions got since is the attacker too', async () => {
    const next = 'ASIAQ2CHAINED2345672';
    const { named } = await reading({
      iam: remade,
      tree: [{ credential: SESSION, kind: 'session', issued: T0 }],
      events: [
        event('AssumeRole', asRole('Admin', SESSION), {
          eventSource: 'sts.amazonaws.com',
          eventTime: '2026-11-22T11:55:30Z',
          responseElements: { credentials: { accessKeyId: next } },
          requestParameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/Other` },
        }),
        event('CreateAccessKey', asRole('Other', next), created(NEW_KEY, 'ana')),
      ],
    });
    expect(named['no-new-credential']).toBe('fails');
  });
  it('a key on the contained user is red before CloudTrail says who made it', async () => {
    const { named } = await reading({ iam: { ...COMPANY, deploy: { keys: { ...COMPANY.deploy.keys, [NEW_KEY]: { created: '2026-11-22T11:56:00.000Z' } } } } });
    expect(named['no-new-credential']).toBe('fails');
  });
  it('a colleague who makes himself a key is named, not accused', async () => {
    const { named, why } = await reading({ iam: remade, events: [event('CreateAccessKey', asUser('ana', 'AKIAQ2ANASKEYQ234567'), created(NEW_KEY, 'ana'))] });
    expect(named).toEqual({ 'containment-stands': 'holds', 'no-new-credential': 'holds', 'no-act-since': 'holds' });
    expect(why['no-new-credential']).toMatch(/named and not accused: access-key AKIAQ2REMADEKEY23456 \(ana\).*user\/ana/);
  });
  it('as long as nobody knows who made it, it is unknown; deactivated it is no way in', async () => {
    expect((await reading({ iam: remade })).named['no-new-credential']).toBe('unknown');
    const off = { ...COMPANY, ana: { keys: { [NEW_KEY]: { status: 'Inactive', created: '2026-11-22T11:56:00.000Z' } } } };
    expect((await reading({ iam: off })).named['no-new-credential']).toBe('holds');
  });
  it('without a picture of before, dates tell', async () => {
    const { named, why } = await reading({ iam: remade, before: null });
    expect(named['no-new-credential']).toBe('unknown');
    expect((await reading({ before: null })).why['no-new-credential']).toContain('by dates only');
    expect(why['no-new-credential']).toContain(NEW_KEY);
  });

  it('a successful act of a cut-off identity is red, a refused one is told, GetCallerIdentity proves nothing', async () => {
    const late = { eventTime: '2026-11-22T11:58:00Z', eventSource: 'ec2.amazonaws.com' };
    expect((await reading({ events: [event('RunInstances', asUser('deploy', LEAKED), late)] })).named['no-act-since']).toBe('fails');
    const refused = await reading({ events: [event('RunInstances', asUser('deploy', LEAKED), { ...late, errorCode: 'Client.UnauthorizedOperation' })] });
    expect(refused.named['no-act-since']).toBe('holds');
    expect(refused.why['no-act-since']).toContain('; 1 call was refused: ');
    expect((await reading({ events: [event('GetCallerIdentity', asUser('deploy', LEAKED), { ...late, readOnly: true })] })).named['no-act-since']).toBe(
      'holds',
    );
  });
  it('reads count too, and what the hunt has seen does not', async () => {
    const read = event('GetSecretValue', asUser('deploy', LEAKED), {
      eventTime: '2026-11-22T11:58:00Z',
      eventSource: 'secretsmanager.amazonaws.com',
      readOnly: true,
    });
    expect((await reading({ events: [read] })).named['no-act-since']).toBe('fails');
    const seen = [{ credential: SESSION, kind: 'session', issued: T0, last: '2026-11-22T11:58:00.000Z' }];
    const bySession = event('CreateUser', asRole('Admin', SESSION), { eventTime: '2026-11-22T11:58:00Z' });
    expect((await reading({ tree: seen, events: [bySession] })).named['no-act-since']).toBe('holds');
  });
  it('between the hunt and the cut nobody knows yet: hunt again', async () => {
    const roleCut = standing({ step: 'revoke.role.Admin', input: { RoleName: 'Admin', PolicyName: 'p' }, since: '2026-11-22T11:59:00.000Z' });
    const act = event('RunInstances', asRole('Admin', SESSION), { eventTime: '2026-11-22T11:58:00Z', eventSource: 'ec2.amazonaws.com' });
    const { named, why } = await reading({
      standing: [standing(), roleCut],
      tree: [{ credential: SESSION, kind: 'session', issued: T0, last: '2026-11-22T11:50:00.000Z' }],
      events: [act],
    });
    expect(named['no-act-since']).toBe('unknown');
    expect(why['no-act-since']).toContain('the hunt has not seen');
  });
  it('a role revoked in another account cuts off nobody of the same name here, and what is not watched there is said', async () => {
    const there = standing({ step: '444455556666.revoke.role.Admin', input: { RoleName: 'Admin', PolicyName: 'p' } });
    const tree = [{ credential: SESSION, kind: 'session', issued: T0, last: '2026-11-22T11:50:00.000Z' }];
    const act = event('RunInstances', asRole('Admin', SESSION), { eventTime: '2026-11-22T11:58:00Z', eventSource: 'ec2.amazonaws.com' });
    const undone = event('DeleteRolePolicy', asRole('Admin', SESSION), { requestParameters: { roleName: 'Admin', policyName: 'p' } });
    const here = standing({ step: 'revoke.role.Admin', input: { RoleName: 'Admin', PolicyName: 'p' } });
    expect((await reading({ standing: [standing(), here], tree, events: [act] })).why['no-act-since']).toContain('ACTED after being cut off');
    expect((await reading({ standing: [{ ...here, state: 'reverted' }], tree, events: [undone] })).why['containment-stands']).toContain('DeleteRolePolicy');
    const reverted = await reading({ standing: [{ ...there, state: 'reverted' }], tree, events: [undone] });
    expect(reverted.named['containment-stands']).toBe('fails');
    expect(reverted.why['containment-stands']).not.toContain('DeleteRolePolicy');
    const calm = await reading({ standing: [standing(), there], accounts: [ACCOUNT, '444455556666'] });
    expect(calm.named).toEqual({ 'containment-stands': 'holds', 'no-new-credential': 'holds', 'no-act-since': 'holds' });
    for (const name of ['no-new-credential', 'no-act-since']) expect(calm.why[name]).toContain('in account 444455556666 only the changes made are watched');
    expect((await reading({})).why['no-act-since']).not.toContain('only the changes');
  });
  it('plans nothing, and writes down only what the ledger can hold', async () => {
    const { ctx } = await reading({ iam: remade, standing: [standing({ state: 'reverted' })] });
    const observed = await watch.observe(ctx);
    expect(JSON.parse(canonical(observed))).toMatchObject({
      changes: 1,
      fallen: [{ state: 'reverted', by: null }],
      newcomers: [{ id: NEW_KEY, whose: 'unknown', alive: true }],
    });
    expect(watch.plan(observed)).toEqual([]);
  });
});

describe('IAM before and after', () => {
  it('keeps a picture that can be compared, and says what it lacks', async () => {
    const ctx = fakeContext({ answers: { ...iamOf(COMPANY), 'iam:ListSSHPublicKeys': failure('AccessDenied', 403) } });
    const items = [];
    for await (const item of iamState.collect(ctx)) items.push(item);
    expect(items).toMatchObject([{ name: BEFORE, note: { en: expect.stringContaining('iam:ListSSHPublicKeys: AccessDenied') } }]);
    expect(JSON.parse(new TextDecoder().decode(items[0]!.data))).toMatchObject({
      users: { deploy: { credentials: { 'access-key': { [LEAKED]: { status: 'Inactive' } } } } },
    });
  });
  it('tells every difference: keys, trust, a user made again under the same name', async () => {
    const before = await picture(COMPANY, { Admin: { Principal: { AWS: ACCOUNT } } });
    const after = await picture(
      {
        ...COMPANY,
        ana: { login: CUT, attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
        eve: { created: CUT, keys: { [NEW_KEY]: { created: CUT } } },
      },
      { Admin: { Principal: { AWS: '999999999999' } } },
    );
    const again = { ...after, users: { ...after.users, deploy: { ...after.users.deploy!, id: 'AIDAother' } } };
    const found = diffIam(before, again);
    expect(found.map((one) => `${one.kind} ${one.what} ${one.of}`).sort()).toEqual([
      'added access-key eve',
      'added attached-policy ana',
      'added login-profile ana',
      'added user eve',
      'changed trust-policy Admin',
      'changed user deploy',
    ]);
    expect(diffText(before, again, found)).toContain('999999999999');
    expect(diffIam(before, before)).toEqual([]);
  });
});
