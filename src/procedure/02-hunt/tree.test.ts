import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { fakeContext } from '../testing/fake-context.ts';
import { type TrailRecord, trail } from '../testing/fake-trail.ts';
import type { World } from './accounts.ts';
import type { Node } from './node.ts';
import { growTree, type Start, type Tree } from './tree.ts';

const OURS = '111122223333';
const THEIRS = '999988887777';
const LEAKED = 'AKIAQ2LEAKEDKEY23456';
const ANAS = 'AKIAQ2ANASQWN234567A';
const session = (name: string): string => `ASIAQ2${name.toUpperCase().padEnd(14, '2')}`;
const HOME = 'us-east-1';
const ATTACKER = '198.51.100.66';
const OFFICE = '192.0.2.10';
const role = (name: string, account = OURS): string => `arn:aws:iam::${account}:role/${name}`;
const deploy = {
  type: 'IAMUser',
  arn: `arn:aws:iam::${OURS}:user/deploy`,
  accountId: OURS,
  principalId: 'AIDADEPLOY1234567890',
  userName: 'deploy',
  accessKeyId: LEAKED,
};
const ana = { type: 'IAMUser', arn: `arn:aws:iam::${OURS}:user/ana`, accountId: OURS, principalId: 'AIDAANA1234567890123', userName: 'ana', accessKeyId: ANAS };
const minute = (n: number): string => `2026-11-22T10:${String(n).padStart(2, '0')}:00Z`;

let n = 0;
const record = (minutes: number, service: string, eventName: string, userIdentity: object | null, rest: TrailRecord = {}): TrailRecord => ({
  eventID: `e-${n++}`,
  eventTime: minute(minutes),
  eventName,
  eventSource: `${service}.amazonaws.com`,
  awsRegion: HOME,
  sourceIPAddress: ATTACKER,
  userAgent: 'aws-cli/2.15',
  recipientAccountId: OURS,
  readOnly: false,
  userIdentity,
  ...rest,
});
/** A session as its own events name it. */
const as = (key: string, roleName: string, name: string, begun: number, rest: object = {}) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${OURS}:assumed-role/${roleName}/${name}`,
  accountId: OURS,
  accessKeyId: key,
  sessionContext: { sessionIssuer: { type: 'Role', arn: role(roleName), userName: roleName }, attributes: { creationDate: minute(begun) } },
  ...rest,
});
const console_ = (identity: object, key: string, begun: number) => ({
  ...identity,
  accessKeyId: key,
  sessionContext: { attributes: { creationDate: minute(begun) } },
});
const fromConsole = { sessionCredentialFromConsole: 'true' };
const gives = (key: string, more: object = {}) => ({ responseElements: { credentials: { accessKeyId: key, sessionToken: 'SECRET' }, ...more } });

async function grow(records: readonly TrailRecord[], start: Start = { accessKeyId: LEAKED }, worlds = 1): Promise<Tree & { by: Record<string, Node> }> {
  const ctx = fakeContext({ answers: { 'cloudtrail:LookupEvents': trail(records) }, facts: { account: OURS } });
  const theirs = { ...ctx, read: (call: any) => ctx.read<any>({ ...call, as: 'profile:theirs' }) } as typeof ctx;
  const world = (account: string, inside: typeof ctx): World => ({
    as: null,
    account,
    ctx: inside,
    known: [],
    regions: [HOME, 'eu-west-1'],
    globalRegion: HOME,
  });
  const all = [world(OURS, ctx), world(THEIRS, theirs)].slice(0, worlds);
  const tree = await growTree(all, start, { from: '2026-11-22T00:00:00.000Z', to: '2026-11-22T23:00:00.000Z' }, () => undefined);
  return { ...tree, by: Object.fromEntries(tree.nodes.map((node) => [node.credential, node])) };
}

describe('console sessions', () => {
  const federated = {
    type: 'FederatedUser',
    arn: `arn:aws:sts::${OURS}:federated-user/ops`,
    accountId: OURS,
    sessionContext: { sessionIssuer: { type: 'IAMUser', userName: 'deploy' } },
  };
  const token = (minutes: number, who: object, key: string, rest: object = {}) =>
    record(minutes, 'sts', 'GetFederationToken', who, {
      readOnly: true,
      ...gives(key, { federatedUser: { arn: federated.arn, federatedUserId: `${OURS}:ops` } }),
      ...rest,
    });
  const used = (minutes: number, key: string, begun: number, rest: object = {}) =>
    record(
      minutes,
      'iam',
      'ListUsers',
      { ...federated, accessKeyId: key, sessionContext: { ...federated.sessionContext, attributes: { creationDate: minute(begun) } } },
      { ...fromConsole, ...rest },
    );

  it('of a federation token are followed by name, and only when they began with it and in the console', async () => {
    const { by } = await grow([
      token(10, deploy, session('fed')),
      used(12, session('web'), 11),
      used(9, session('earlier'), 8),
      used(13, session('api'), 11, { sessionCredentialFromConsole: undefined }),
    ]);
    expect(Object.keys(by).sort()).toEqual([LEAKED, session('fed'), session('web')].sort());
    expect(by[session('web')]).toMatchObject({ via: 'console', tie: 'console', issuedBy: session('fed'), userName: 'deploy' });
  });
  it('that a colleague may have begun are his unless the address is the attacker’s, and are named as unproven', async () => {
    const contested = [token(10, deploy, session('fed')), token(20, { ...deploy, accessKeyId: ANAS }, session('hers'), { sourceIPAddress: OFFICE })];
    const hers = await grow([...contested, used(22, session('web'), 21, { sourceIPAddress: OFFICE })]);
    expect(hers.by[session('web')]).toBeUndefined();
    expect(hers.unproven).toMatchObject([{ credential: session('web'), address: OFFICE, parent: session('fed') }]);
    const his = await grow([...contested, used(22, session('web'), 21)]);
    expect(his.by[session('web')]).toBeDefined();
    expect(his.unproven).toEqual([]);
  });
  it('of a user whose password it set are followed from then on; once somebody else set it again they are not', async () => {
    const set = (minutes: number, who: object, rest: object = {}) =>
      record(minutes, 'iam', 'UpdateLoginProfile', who, { requestParameters: { userName: 'ana' }, ...rest });
    const web = (minutes: number, key: string, begun: number, rest: object = {}) =>
      record(minutes, 'ec2', 'CreateKeyPair', console_(ana, key, begun), { ...fromConsole, ...rest });
    const events = [
      web(5, session('before'), 4),
      set(10, deploy),
      web(13, session('his'), 12, { sourceIPAddress: '203.0.113.9' }),
      set(20, { ...ana, accessKeyId: ANAS }, { sourceIPAddress: OFFICE }),
      web(25, session('hers'), 24, { sourceIPAddress: OFFICE }),
      record(15, 'ec2', 'CreateKeyPair', ana),
    ];
    const { by, unproven } = await grow(events);
    expect(Object.keys(by).sort()).toEqual([LEAKED, session('his')].sort());
    expect(by[session('his')]!.acts).toHaveLength(1);
    expect(unproven.map((one) => one.credential)).toEqual([session('hers')]);
  });
});

describe('what it started, and acts with a role', () => {
  it('a function is known by its role and name; a person’s session of that name is not', async () => {
    const { by } = await grow([
      record(10, 'lambda', 'CreateFunction20150331', deploy, {
        requestParameters: { functionName: 'sync', role: role('Fn') },
        responseElements: { functionName: 'sync', role: role('Fn'), functionArn: 'arn:aws:lambda:us-east-1:1:function:sync' },
      }),
      record(12, 'iam', 'CreateAccessKey', as(session('fn'), 'Fn', 'sync', 11), {
        responseElements: { accessKey: { accessKeyId: 'AKIAQ2FRQMFNKEY23456', userName: 'svc' } },
      }),
      record(12, 's3', 'CreateBucket', as(session('person'), 'Developer', 'sync', 11)),
      record(8, 's3', 'CreateBucket', as(session('older'), 'Fn', 'sync', 7)),
    ]);
    expect(by[session('fn')]).toMatchObject({ via: 'function', tie: 'session-name', issuedBy: LEAKED, role: role('Fn') });
    expect(by.AKIAQ2FRQMFNKEY23456).toMatchObject({ issuedBy: session('fn'), userName: 'svc' });
    expect(by[session('person')]).toBeUndefined();
    expect(by[session('older')]).toBeUndefined();
  });
  it('tasks, builds and automations by the id that only their start knows', async () => {
    const task = 'a'.repeat(32);
    const build = '12345678-1234-1234-1234-123456789abc';
    const { by } = await grow([
      record(10, 'ecs', 'RunTask', deploy, { responseElements: { tasks: [{ taskArn: `arn:aws:ecs:us-east-1:${OURS}:task/main/${task}` }] } }),
      record(10, 'codebuild', 'StartBuild', deploy, { responseElements: { build: { id: `miner:${build}` } } }),
      record(11, 'ec2', 'CreateKeyPair', as(session('task'), 'Task', task, 10)),
      record(11, 'ec2', 'CreateKeyPair', as(session('build'), 'Build', `AWSCodeBuild-${build}`, 10)),
    ]);
    expect(by[session('task')]).toMatchObject({ via: 'task' });
    expect(by[session('build')]).toMatchObject({ via: 'build' });
  });
  it('a role handed to a service whose sessions cannot be told apart is a lead', async () => {
    const { passed, nodes } = await grow([
      record(10, 'sagemaker', 'CreateNotebookInstance', deploy, { requestParameters: { roleArn: role('Notebook') }, responseElements: {} }),
    ]);
    expect(passed).toMatchObject([{ role: role('Notebook'), to: 'sagemaker.amazonaws.com', event: 'CreateNotebookInstance', by: LEAKED }]);
    expect(nodes).toHaveLength(1);
  });
});

describe('roles and users it made', () => {
  const assumed = (minutes: number, key: string, who: object, roleName: string, id: string, rest: object = {}) =>
    record(minutes, 'sts', 'AssumeRole', who, {
      readOnly: true,
      requestParameters: { roleArn: role(roleName) },
      ...gives(key, { assumedRoleUser: { assumedRoleId: `${id}:x`, arn: `arn:aws:sts::${OURS}:assumed-role/${roleName}/x` } }),
      ...rest,
    });
  it('whoever takes a role it made is followed, from another account too; a role of the same name made anew is another', async () => {
    const { by } = await grow([
      record(10, 'iam', 'CreateRole', deploy, {
        requestParameters: { roleName: 'Back' },
        responseElements: { role: { roleName: 'Back', roleId: 'AROABACK123456789012', arn: role('Back') } },
      }),
      assumed(12, session('outside'), { type: 'AWSAccount', accountId: THEIRS, principalId: 'AIDAX' }, 'Back', 'AROABACK123456789012'),
      assumed(40, session('anew'), ana, 'Back', 'AROAANEW123456789012'),
      record(13, 'ec2', 'CreateKeyPair', as(session('outside'), 'Back', 'x', 12)),
    ]);
    expect(by[session('outside')]).toMatchObject({ via: 'role', tie: 'unique-id', outsider: THEIRS, role: role('Back') });
    expect(by[session('outside')]!.acts).toHaveLength(1);
    expect(by[session('anew')]).toBeUndefined();
  });
  it('of a role whose trust it changed only the outsiders it let in', async () => {
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${THEIRS}:root` }, Action: 'sts:AssumeRole' }],
    });
    const { by } = await grow([
      record(10, 'iam', 'UpdateAssumeRolePolicy', deploy, { requestParameters: { roleName: 'Audit', policyDocument: document } }),
      assumed(9, session('before'), { type: 'AWSAccount', accountId: THEIRS }, 'Audit', 'AROAAUDIT12345678901'),
      assumed(12, session('outside'), { type: 'AWSAccount', accountId: THEIRS }, 'Audit', 'AROAAUDIT12345678901'),
      assumed(12, session('partner'), { type: 'AWSAccount', accountId: '123456789012' }, 'Audit', 'AROAAUDIT12345678901'),
      assumed(13, session('hers'), ana, 'Audit', 'AROAAUDIT12345678901'),
    ]);
    expect(Object.keys(by).sort()).toEqual([LEAKED, session('outside')].sort());
    expect(by[session('outside')]).toMatchObject({ via: 'outsider', outsider: THEIRS });
  });
  it('a user of the same name with another id is another user; calls with a Bedrock key count as its own', async () => {
    const svc = { type: 'IAMUser', arn: `arn:aws:iam::${OURS}:user/svc`, accountId: OURS, userName: 'svc', principalId: 'AIDASVC1234567890123' };
    const { by } = await grow([
      record(10, 'iam', 'CreateUser', deploy, {
        requestParameters: { userName: 'svc' },
        responseElements: { user: { userName: 'svc', userId: svc.principalId } },
      }),
      record(11, 'iam', 'CreateServiceSpecificCredential', deploy, {
        responseElements: { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCAQ2BEDRQCK1234567', userName: 'svc', servicePassword: 'SECRET' } },
      }),
      record(12, 'bedrock', 'InvokeModel', svc, { additionalEventData: { callWithBearerToken: true }, readOnly: true }),
      record(13, 'ec2', 'CreateKeyPair', { ...svc, accessKeyId: 'AKIAQ2SVCKEY22223456' }),
      record(14, 'ec2', 'CreateKeyPair', { ...svc, principalId: 'AIDAANEW123456789012', accessKeyId: 'AKIAQ2ANEWKEY2223456' }),
    ]);
    expect(by.ACCAQ2BEDRQCK1234567!.tally).toMatchObject({ calls: 1 });
    expect([...by.ACCAQ2BEDRQCK1234567!.tally.called]).toEqual([['bedrock:InvokeModel', 1]]);
    expect(by.AKIAQ2SVCKEY22223456).toMatchObject({ via: 'user', tie: 'unique-id' });
    expect(by.AKIAQ2ANEWKEY2223456).toBeUndefined();
  });
});

describe('a leaked session', () => {
  const LEAKED_SESSION = session('leaked');
  const issue = (rest: object = {}) =>
    record(10, 'sts', 'AssumeRole', ana, {
      readOnly: true,
      requestParameters: { roleArn: role('Ops') },
      ...gives(LEAKED_SESSION),
      sourceIPAddress: OFFICE,
      userAgent: 'aws-sdk-go',
      ...rest,
    });
  const acts = (address: string, agent: string) =>
    record(12, 'ec2', 'CreateKeyPair', as(LEAKED_SESSION, 'Ops', 'ana', 10), { sourceIPAddress: address, userAgent: agent });

  it('stolen from its owner is traced to him, and he is not followed', async () => {
    const { origin, nodes } = await grow([issue(), acts(OFFICE, 'aws-sdk-go'), acts(ATTACKER, 'python-requests'), record(9, 'ec2', 'CreateKeyPair', ana)], {
      accessKeyId: LEAKED_SESSION,
    });
    expect(origin).toMatchObject([{ credential: ANAS, via: 'AssumeRole', followed: false, who: ana.arn }]);
    expect(nodes.map((one) => one.credential)).toEqual([LEAKED_SESSION]);
  });
  it('issued from the same hands leads to what else they did', async () => {
    const { by, nodes } = await grow(
      [
        issue({ sourceIPAddress: ATTACKER, userAgent: 'aws-cli/2.15' }),
        acts(ATTACKER, 'aws-cli/2.15'),
        acts('203.0.113.9', 'aws-cli/2.15'),
        record(9, 'iam', 'CreateUser', ana),
      ],
      { accessKeyId: LEAKED_SESSION },
    );
    expect(nodes.map((one) => one.credential)).toEqual([LEAKED_SESSION, ANAS]);
    expect(by[LEAKED_SESSION]).toMatchObject({ issuedBy: ANAS, via: 'AssumeRole' });
    expect(by[ANAS]).toMatchObject({ via: 'issuer', tie: 'same-hands', issuedBy: null });
  });
  it('from another account is named only by that account’s own record', async () => {
    const outside = { ...ana, accountId: THEIRS, arn: `arn:aws:iam::${THEIRS}:user/ana` };
    const ours = issue({ userIdentity: { type: 'AWSAccount', accountId: THEIRS }, sharedEventID: 'shared-1' });
    const records = [
      ours,
      acts(ATTACKER, 'x'),
      { ...issue({ userIdentity: outside, sharedEventID: 'shared-1', recipientAccountId: THEIRS }), in: 'profile:theirs' },
    ];
    expect((await grow(records, { accessKeyId: LEAKED_SESSION }, 2)).origin).toMatchObject([{ credential: ANAS, account: THEIRS }]);
    expect((await grow(records, { accessKeyId: LEAKED_SESSION }, 1)).origin).toMatchObject([
      { credential: null, who: `AWSAccount ${THEIRS}`, followed: false },
    ]);
  });
});

describe('a session in an account without credentials', () => {
  it('leaves the tree open, and is met again when it comes back', async () => {
    const caller = { type: 'AWSAccount', accountId: THEIRS, principalId: 'AROATHEIRS1234567890:deploy' };
    const back = (minutes: number, key: string, who: object) =>
      record(minutes, 'sts', 'AssumeRole', who, { readOnly: true, requestParameters: { roleArn: role('OrganizationAccountAccessRole') }, ...gives(key) });
    const { by, unread } = await grow([
      record(10, 'sts', 'AssumeRole', deploy, {
        readOnly: true,
        requestParameters: { roleArn: role('Platform', THEIRS) },
        ...gives(session('away'), { assumedRoleUser: { assumedRoleId: caller.principalId, arn: 'arn:x' } }),
      }),
      back(20, session('back'), caller),
      back(21, session('other'), { ...caller, principalId: 'AROATHEIRS1234567890:nightly' }),
      back(9, session('before'), caller),
      record(22, 'iam', 'CreateUser', as(session('back'), 'OrganizationAccountAccessRole', 'x', 20)),
    ]);
    expect(Object.keys(by).sort()).toEqual([LEAKED, session('away'), session('back')].sort());
    expect(by[session('back')]).toMatchObject({ issuedBy: session('away'), outsider: THEIRS, tie: 'issued', account: OURS });
    expect(by[session('back')]!.acts).toHaveLength(1);
    expect(unread).toEqual([expect.objectContaining({ of: session('away') })]);
  });
});

describe('what is hostile or too much', () => {
  it('survives records without identity, with service names for addresses, and with odd values', async () => {
    const odd: (JsonObject | null)[] = [null, {}, { type: 7 as any }, { arn: ['x'] as any, accessKeyId: LEAKED }];
    const { by } = await grow([
      ...odd.map((identity) => record(10, 'ec2', 'CreateKeyPair', identity)),
      record(11, 'ec2', 'RunInstances', deploy, {
        sourceIPAddress: 'cloudformation.amazonaws.com',
        userAgent: '[\u001b[2J]',
        requestParameters: [[['x']]],
        responseElements: 'text',
      }),
    ]);
    expect(by[LEAKED]!.tally.calls).toBe(2);
    expect([...by[LEAKED]!.tally.addresses.keys()]).toEqual([ATTACKER, 'cloudformation.amazonaws.com']);
  });
  it('stops at five hundred credentials, and says so', async () => {
    const many = Array.from({ length: 600 }, (_, i) =>
      record(10, 'sts', 'AssumeRole', deploy, {
        readOnly: true,
        requestParameters: { roleArn: role('Many') },
        ...gives(`ASIAQ2${[...String(i).padStart(14, '0')].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('')}`),
      }),
    );
    const { nodes, whole } = await grow(many);
    expect(nodes).toHaveLength(500);
    expect(whole).toBe(false);
  });
});
