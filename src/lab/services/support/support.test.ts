import { describe, expect, it } from 'vitest';
import type { Caller } from '../../contract.ts';
import { type AccountInfo, createAccount, makeContext, newWorld } from '../../world/index.ts';
import { operations as cases } from './cases.ts';
import { operations as options } from './options.ts';

function setUp(supportPlan: AccountInfo['supportPlan']) {
  const world = newWorld({ seed: 'support' });
  const account = createAccount(world, { id: '111122223333', name: 'shop', supportPlan });
  const caller: Caller = {
    account: account.id,
    type: 'IAMUser',
    arn: 'arn:aws:iam::111122223333:user/ann',
    userId: 'AIDA',
    accessKeyId: 'AKIA',
    userName: 'ann',
  };
  const call = async (operation: string, input: object = {}) =>
    ({ ...cases, ...options })[operation]!.run(
      input,
      makeContext(world, { account, caller, region: 'us-east-1', requestId: 'r', request: { ip: '', userAgent: '' }, read: false, service: 'support' }),
    );
  return { world, account, call };
}
const code = (name: string) => expect.objectContaining({ code: name });
const request = {
  subject: 'Compromised key',
  communicationBody: 'Facts.',
  serviceCode: 'customer-account',
  categoryCode: 'security',
  severityCode: 'urgent',
  issueType: 'customer-service',
};

describe('Support', () => {
  it('is closed without a plan, for every operation, and creates nothing', async () => {
    const { account, call } = setUp('developer');
    for (const operation of Object.keys({ ...cases, ...options }))
      await expect(call(operation, request)).rejects.toEqual(code('SubscriptionRequiredException'));
    expect(account.tables.supportCases).toEqual({});
  });
  it('takes a case through its life', async () => {
    const { call } = setUp('business');
    const { caseId } = await call('CreateCase', request);
    expect(caseId).toMatch(/^case-111122223333-muen-\d{4}-[0-9a-f]{16}$/);
    const [opened] = (await call('DescribeCases')).cases;
    expect(opened).toMatchObject({
      caseId,
      status: 'unassigned',
      displayId: expect.stringMatching(/^\d{15}$/),
      severityCode: 'urgent',
      recentCommunications: { communications: [{ body: 'Facts.' }] },
    });
    await call('AddCommunicationToCase', { caseId, communicationBody: 'More.', ccEmailAddresses: ['a@b.example'] });
    expect((await call('DescribeCommunications', { caseId })).communications.map((entry: any) => entry.body)).toEqual(['More.', 'Facts.']);
    expect(await call('ResolveCase', { caseId })).toEqual({ initialCaseStatus: 'customer-action-completed', finalCaseStatus: 'resolved' });
    expect((await call('DescribeCases')).cases).toEqual([]);
    expect((await call('DescribeCases', { includeResolvedCases: true, displayId: opened.displayId })).cases).toMatchObject([{ caseId, status: 'resolved' }]);
    await expect(call('DescribeCases', { caseIdList: ['case-0'] })).rejects.toEqual(code('CaseIdNotFound'));
  });
  it('knows its codes: services, categories, severities by plan', async () => {
    const business = setUp('business');
    expect((await business.call('DescribeSeverityLevels')).severityLevels.map((level: any) => level.code)).toEqual(['low', 'normal', 'high', 'urgent']);
    expect((await setUp('enterprise').call('DescribeSeverityLevels')).severityLevels.at(-1)).toEqual({ code: 'critical', name: 'Critical' });
    const { services } = await business.call('DescribeServices', { serviceCodeList: ['customer-account'] });
    expect(services).toMatchObject([{ code: 'customer-account', categories: expect.arrayContaining([{ code: 'security', name: 'Security' }]) }]);
    for (const wrong of [{ severityCode: 'critical' }, { serviceCode: 'x' }, { categoryCode: 'x' }, { issueType: 'x' }, { language: 'xx' }])
      await expect(business.call('CreateCase', { ...request, ...wrong })).rejects.toEqual(code('ValidationException'));
    expect(business.account.tables.supportCases).toEqual({});
  });
  it('pages', async () => {
    const { world, call } = setUp('business');
    world.settings.pageSize = 2;
    for (let i = 0; i < 3; i++) await call('CreateCase', { ...request, subject: `case ${i}` });
    const first = await call('DescribeCases');
    const second = await call('DescribeCases', { nextToken: first.nextToken });
    expect([first.cases.length, second.cases.length, second.nextToken]).toEqual([2, 1, undefined]);
  });
});
