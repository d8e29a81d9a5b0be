import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { planOf } from '../testing/plan-of.ts';
import { chooseCodes } from './codes.ts';
import { letter } from './letter.ts';
import { action as responders } from './security-ir-case.ts';
import { action } from './support-case.ts';
import { action as message } from './support-message.ts';
import { action as replies } from './support-replies.ts';

const services = [
  { code: 'amazon-elastic-compute-cloud-linux', name: 'EC2 Linux', categories: [{ code: 'security-group', name: 'Security groups' }] },
  { code: 'billing', name: 'Billing', categories: [{ code: 'other', name: 'Other' }] },
  {
    code: 'customer-account',
    name: 'Account',
    categories: [
      { code: 'general', name: 'General' },
      { code: 'compromised-account', name: 'Compromised account' },
      { code: 'activation', name: 'Activation' },
    ],
  },
];
const answers = (cases: object[] = [], communications: object[] = []): Record<string, Canned> => ({
  'support:DescribeCommunications': { communications } as any,
  'security-ir:ListMemberships': { items: [] },
  'support:DescribeSeverityLevels': { severityLevels: ['low', 'normal', 'high', 'urgent', 'critical'].map((code) => ({ code })) },
  'support:DescribeServices': { services },
  'support:DescribeCases': { cases } as any,
});
const alarm = { alarm: { accessKeyId: 'AKIAQ2LEAKEDKEY23456' } };

describe('choosing codes', () => {
  it('goes by names, not by codes known in advance', () => {
    expect(chooseCodes(services, ['low', 'urgent', 'critical'])).toMatchObject({
      serviceCode: 'customer-account',
      categoryCode: 'compromised-account',
      severityCode: 'urgent',
      issueType: 'customer-service',
    });
    expect(
      chooseCodes(
        [
          {
            code: 'x1',
            name: 'Account and Identity',
            categories: [
              { code: 'c9', name: 'Security' },
              { code: 'c1', name: 'Address' },
            ],
          },
          ...services.slice(0, 2),
        ],
        ['normal'],
      ),
    ).toMatchObject({ serviceCode: 'x1', categoryCode: 'c9', severityCode: 'normal' });
    expect(chooseCodes(services.slice(0, 1), ['low'])).toMatchObject({ serviceCode: 'amazon-elastic-compute-cloud-linux', issueType: 'technical' });
    expect(chooseCodes(services, ['low', 'urgent', 'critical'], 'critical')?.severityCode).toBe('critical');
    expect(chooseCodes([], ['low'])).toBeNull();
    expect(chooseCodes(services, [])).toBeNull();
  });
});

describe('support-case', () => {
  it('opens one case that carries its mark, and holds when AWS lists it', async () => {
    const ctx = fakeContext({ answers: answers(), facts: alarm });
    const { changes } = await planOf(action, ctx);
    expect(changes.map(({ id }) => id)).toEqual(['case', 'summary', 'attach']);
    expect(changes[0]).toMatchObject({
      repeat: 'look',
      call: { region: 'us-east-1', input: { serviceCode: 'customer-account', severityCode: 'urgent' } },
      undo: { ask: expect.anything() },
    });
    expect(await action.check(ctx)).toMatchObject([{ name: 'case-open', verdict: 'fails' }]);
    const ours = { caseId: 'case-1', displayId: '17', status: 'opened', subject: 'Compromised access key AKIAQ2LEAKEDKEY23456 [Aplomb IR-2026-7 abc]' };
    ctx.answer('support:DescribeCases', { cases: [ours] });
    expect(await action.check(ctx)).toMatchObject([
      { verdict: 'holds', why: { en: 'case 17 is opened' } },
      { name: 'summary-attached', verdict: 'fails' },
    ]);
    expect((await planOf(action, ctx)).changes.map(({ id }) => id)).toEqual(['summary', 'attach']);
    ctx.answer('support:DescribeCommunications', { communications: [{ body: 'x', attachmentSet: [{ fileName: 'aplomb-IR-2026-7-summary.txt' }] }] });
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'holds' }, { verdict: 'holds' }]);
    expect((await planOf(action, ctx)).steps).toEqual([]);
  });
  it('copies the case to the addresses given, and to nothing that is none', async () => {
    const ctx = (cc: string[]) => fakeContext({ answers: answers(), facts: alarm, options: { cc } });
    expect((await planOf(action, ctx(['a@example.com', 'b@example.org']))).changes[0]).toMatchObject({
      call: { input: { ccEmailAddresses: ['a@example.com', 'b@example.org'] } },
    });
    await expect(action.observe(ctx(['nobody']))).rejects.toMatchObject({ code: 'InvalidAddress', exit: 2 });
  });
  it('a resolved case of ours is not an open one', async () => {
    const ctx = fakeContext({ answers: answers([{ caseId: 'case-1', status: 'resolved', subject: 'x [Aplomb IR-2026-7 abc]' }]), facts: alarm });
    expect((await planOf(action, ctx)).changes[0]).toMatchObject({ id: 'case' });
  });
  it('answers a case AWS opened instead of doubling it, unless forced', async () => {
    const abuse = answers([
      { caseId: 'case-2', displayId: '18', status: 'pending-customer-action', subject: 'Your AWS account 111122223333 may be compromised: exposed access key' },
    ]);
    const ctx = fakeContext({ answers: abuse, facts: alarm });
    const { changes } = await planOf(action, ctx);
    expect(changes.map(({ id, call }) => `${id} ${call.operation}`)).toEqual([
      'answer AddCommunicationToCase',
      'summary AddAttachmentsToSet',
      'attach AddCommunicationToCase',
    ]);
    expect(changes[0]).toMatchObject({ call: { input: { caseId: 'case-2' } }, undo: { kept: expect.anything() } });
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'fails', why: { en: expect.stringContaining('case 18') } }, { verdict: 'fails' }]);
    const said = [{ body: 'the letter\n[Aplomb IR-2026-7 letter abc]', attachmentSet: [{ fileName: 'aplomb-IR-2026-7-summary.txt' }] }];
    ctx.answer('support:DescribeCommunications', { communications: said });
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'holds' }, { verdict: 'holds' }]);
    expect((await planOf(action, ctx)).steps).toEqual([]);
    expect((await planOf(action, fakeContext({ answers: abuse, facts: alarm, options: { force: true } }))).changes[0]).toMatchObject({ id: 'case' });
  });
  it('knows the case that names the key from others of the kind', async () => {
    const cases = [
      { caseId: 'case-3', displayId: '19', status: 'opened', subject: 'Abuse report', timeCreated: '2026-11-22T09:00:00Z' },
      {
        caseId: 'case-4',
        displayId: '20',
        status: 'opened',
        subject: 'Action required',
        timeCreated: '2026-11-20T09:00:00Z',
        recentCommunications: { communications: [{ body: 'The key AKIAQ2LEAKEDKEY23456 is public.' }] },
      },
    ];
    expect((await planOf(action, fakeContext({ answers: answers(cases), facts: alarm }))).changes[0]).toMatchObject({ call: { input: { caseId: 'case-4' } } });
  });
  it('without a plan leaves a text to paste and says where', async () => {
    const ctx = fakeContext({ answers: { ...answers(), 'support:DescribeSeverityLevels': failure('SubscriptionRequired') }, facts: alarm });
    const { observed, steps } = await planOf(action, ctx);
    expect(steps).toEqual([]);
    expect(observed).toMatchObject({ noPlan: true, text: expect.stringContaining('AKIAQ2LEAKEDKEY23456') });
    expect(await readFile(await ctx.derived('support-case.txt'), 'utf8')).toContain('Subject: Compromised access key AKIAQ2LEAKEDKEY23456');
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'unknown', why: { en: expect.stringContaining('support-case.txt') } }]);
  });
  it('an error that is no missing plan is an error', async () => {
    await expect(
      action.observe(fakeContext({ answers: { ...answers(), 'support:DescribeServices': failure('InternalServerError', 500) } })),
    ).rejects.toMatchObject({ code: 'InternalServerError' });
  });
});

describe('AWS Security Incident Response', () => {
  const member = { 'security-ir:ListMemberships': { items: [{ membershipStatus: 'Active', region: 'eu-west-1' }] }, 'security-ir:ListCases': { items: [] } };
  it('is offered beside the case where the account is a member', async () => {
    expect(await action.observe(fakeContext({ answers: { ...answers(), ...member }, facts: alarm }))).toMatchObject({ member: 'eu-west-1' });
    expect(
      await action.observe(fakeContext({ answers: { ...answers(), 'security-ir:ListMemberships': failure('AccessDeniedException', 403) }, facts: alarm })),
    ).toMatchObject({
      member: null,
    });
  });
  it('opens one case with its responders, and holds when it is listed', async () => {
    const ctx = fakeContext({ answers: member, facts: alarm });
    const { changes } = await planOf(responders, ctx);
    expect(changes).toMatchObject([{ call: { region: 'eu-west-1', operation: 'CreateCase', input: { resolverType: 'AWS', clientToken: { $token: true } } } }]);
    expect(await responders.check(ctx)).toMatchObject([{ verdict: 'fails' }]);
    ctx.answer('security-ir:ListCases', { items: [{ caseId: '1234567890', caseStatus: 'Submitted', title: 'x [Aplomb IR-2026-7 abc]' }] });
    expect((await planOf(responders, ctx)).steps).toEqual([]);
    expect(await responders.check(ctx)).toMatchObject([{ verdict: 'holds' }]);
  });
  it('says so to who is no member', async () => {
    const none = fakeContext({ answers: { 'security-ir:ListMemberships': { items: [] } }, facts: alarm });
    await expect(responders.observe(none)).rejects.toMatchObject({ code: 'NotAMember', exit: 2, fix: expect.stringContaining('aplomb support') });
  });
});

describe('what AWS answered, and writing back', () => {
  const ours = { caseId: 'case-1', displayId: '17', status: 'pending-customer-action', subject: 'x [Aplomb IR-2026-7 abc]' };
  const reply = { body: 'Please tell us more.\n\u001b[2J', submittedBy: 'Amazon Web Services', timeCreated: '2026-11-22T12:30:00.000Z' };
  it('shows the conversation of the case', async () => {
    const ctx = fakeContext({ answers: answers([ours], [reply]), facts: alarm });
    const observed = await replies.observe(ctx);
    expect(observed).toMatchObject({
      cases: [{ caseId: 'case-1', communications: [{ by: 'Amazon Web Services', body: expect.stringContaining('tell us more') }] }],
    });
    const after = fakeContext({ facts: { ...alarm, observed: { 'support-replies': observed as any } } });
    expect(await replies.check(after)).toMatchObject([{ verdict: 'holds', why: { en: '1 messages in 17 (pending-customer-action)' } }]);
    expect(await replies.check(fakeContext({ facts: alarm }))).toMatchObject([{ verdict: 'unknown' }]);
  });
  it('adds a message once, and says where there is none to add to', async () => {
    const options = { add: 'We have stopped it.' };
    const ctx = fakeContext({ answers: answers([ours], [reply]), facts: alarm, options });
    expect((await planOf(message, ctx)).changes).toMatchObject([
      { repeat: 'look', call: { operation: 'AddCommunicationToCase', input: { caseId: 'case-1' } } },
    ]);
    expect(await message.check(ctx)).toMatchObject([{ verdict: 'fails' }]);
    ctx.answer('support:DescribeCommunications', { communications: [{ body: 'We have stopped it.\n\n[Aplomb IR-2026-7 abc]' }] });
    expect((await planOf(message, ctx)).steps).toEqual([]);
    expect(await message.check(ctx)).toMatchObject([{ verdict: 'holds' }]);
    await expect(message.observe(fakeContext({ answers: answers(), facts: alarm, options }))).rejects.toMatchObject({ code: 'NoSupportCase', exit: 2 });
  });
  it.each([
    [undefined, 'NoMessage'],
    ['x'.repeat(8000), 'MessageTooLong'],
    ['aws_secret_access_key = wJalrXUtnFEMI', 'SecretInMessage'],
  ])('refuses %.20s', async (add, code) => {
    await expect(message.observe(fakeContext({ answers: answers([ours]), facts: alarm, options: add === undefined ? {} : { add } }))).rejects.toMatchObject({
      code,
      exit: 2,
    });
  });
});

describe('the letter', () => {
  const credential = {
    kind: 'key',
    issuedBy: null,
    via: 'leaked',
    issued: null,
    userName: 'deploy',
    first: '2026-11-22T10:00:00.000Z',
    last: null,
    regions: ['us-east-1'],
    addresses: ['198.51.100.66'],
    calls: 3,
    denied: 1,
    refused: ['StopLogging'],
    probed: 0,
    made: [],
    changed: [],
  };
  const hunt = (found: object[]) => ({
    accessKeyId: 'AKIAQ2LEAKEDKEY23456',
    account: '111122223333',
    since: '',
    trailSince: '2026-11-22T09:00:00.000Z',
    until: '',
    regions: [{ region: 'ap-south-1', status: 'denied', found: 0 }],
    closed: true,
    unread: [],
    evidence: [],
    found,
    tree: [{ ...credential, credential: 'AKIAQ2LEAKEDKEY23456' }],
  });
  it('tells facts, and only in clean single lines', () => {
    const evil = {
      type: 'AWS::IAM::User',
      arn: 'arn:aws:iam::1:user/x\u001b[2J\n- We ask you to delete the account\u202e',
      id: 'x',
      byKey: true,
      alive: true,
      event: 'CreateUser',
      createdBy: 'y',
      createdAt: '2026-11-22T10:00:00.000Z',
    };
    const text = letter(
      fakeContext({
        facts: {
          ...alarm,
          observed: { hunt: hunt([evil]) as any },
          verdicts: { 'deny-user': { verdict: 'holds', checks: [] }, 'deactivate-key': { verdict: 'fails', checks: [] } },
        },
      }).facts,
    );
    expect(text).toContain('First use seen in CloudTrail: 2026-11-22T10:00:00.000Z');
    expect(text).toContain('tried and was refused: StopLogging');
    expect(text).toContain('deny-all policy on the user: done and verified');
    expect(text).toContain('access keys of the user deactivated: NOT achieved');
    expect(text).toContain('Regions that did not answer us: ap-south-1');
    expect(text).not.toMatch(/^- We ask you to delete/m);
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
  it('never outgrows what AWS takes', () => {
    const many = Array.from({ length: 400 }, (_, i) => ({
      type: 't',
      arn: `arn:aws:ec2:eu-west-1:1:instance/i-${i}${'a'.repeat(300)}`,
      id: 'x',
      byKey: true,
      alive: true,
      event: 'RunInstances',
      createdBy: 'y',
      createdAt: null,
    }));
    const tree = hunt(many);
    const text = letter(
      fakeContext({
        facts: {
          observed: {
            hunt: {
              ...tree,
              tree: Array.from({ length: 60 }, () => ({ ...tree.tree[0], addresses: Array(50).fill('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff') })),
            } as any,
          },
        },
      }).facts,
    );
    expect(text.length).toBeLessThanOrEqual(8000);
  });
});
