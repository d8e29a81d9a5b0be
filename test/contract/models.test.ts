import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import type { JsonObject } from '../../src/kernel/index.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addSecurityMembership, addUser, createAccount, newWorld } from '../../src/lab/world/index.ts';
import { RolesAnywhereClient } from '../../src/models/rolesanywhere.ts';
import { SecurityIRClient } from '../../src/models/security-ir.ts';

const ACCOUNT = '111122223333';
let lab: RunningLab;
let aws: Aws;
const call = async (service: string, operation: string, input: JsonObject = {}): Promise<any> =>
  (await aws.send({ call: { service, operation, region: 'eu-west-1', input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;

beforeAll(async () => {
  const world = newWorld({ seed: 'models' });
  const account = createAccount(world, { id: ACCOUNT, name: 'Example' });
  addUser(world, account, { name: 'admin', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  const key = addAccessKey(world, account, 'admin');
  lab = await startLab({ world });
  const env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: 'eu-west-1' };
  aws = await openAws({ env, loopbackOnly: true, expectAccount: ACCOUNT, rated: false });
});
afterAll(async () => {
  await aws?.close();
  await lab?.close();
});

describe('IAM Roles Anywhere, over the wire', () => {
  it('makes, shows, switches off and lists what it has', async () => {
    const source = { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' } };
    const { trustAnchor } = await call('rolesanywhere', 'CreateTrustAnchor', { name: 'build servers', source, enabled: true });
    expect(trustAnchor).toMatchObject({ name: 'build servers', enabled: true, source, createdAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    const { trustAnchorId } = trustAnchor;
    expect((await call('rolesanywhere', 'DisableTrustAnchor', { trustAnchorId })).trustAnchor.enabled).toBe(false);
    expect((await call('rolesanywhere', 'GetTrustAnchor', { trustAnchorId })).trustAnchor).toMatchObject({ trustAnchorId, enabled: false });
    expect((await call('rolesanywhere', 'ListTrustAnchors')).trustAnchors).toMatchObject([{ trustAnchorId }]);
    const roleArns = [`arn:aws:iam::${ACCOUNT}:role/build`];
    const { profile } = await call('rolesanywhere', 'CreateProfile', { name: 'build', roleArns, durationSeconds: 900 });
    expect(profile).toMatchObject({ roleArns, durationSeconds: 900, enabled: false });
    expect((await call('rolesanywhere', 'EnableProfile', { profileId: profile.profileId })).profile.enabled).toBe(true);
    expect((await call('rolesanywhere', 'ListProfiles', { pageSize: 1 })).profiles).toMatchObject([{ profileId: profile.profileId, enabled: true }]);
  });
  it('is refused in the words of the model', async () => {
    const unknown = call('rolesanywhere', 'GetTrustAnchor', { trustAnchorId: '00000000-0000-0000-0000-000000000000' });
    await expect(unknown).rejects.toMatchObject({ code: 'ResourceNotFound', status: 404 });
    await expect(call('rolesanywhere', 'CreateTrustAnchor', { name: 'no/slash', source: {} })).rejects.toMatchObject({ code: 'Validation', status: 400 });
  });
  it('keeps the code of an error that no model has: throttling must be told from doubt', async () => {
    lab.world.settings.faults = [
      { kind: 'error', service: 'rolesanywhere', operation: 'ListTrustAnchors', code: 'ThrottlingException', status: 429, times: 1 },
    ];
    await expect(call('rolesanywhere', 'ListTrustAnchors')).rejects.toMatchObject({ code: expect.stringMatching(/^Throttling/), status: 429 });
  });
  it('leaves CloudTrail records of its own', () => {
    const records = lab.world.accounts[ACCOUNT]!.trail.map(({ record }) => record);
    expect(records).toContainEqual(
      expect.objectContaining({ eventSource: 'rolesanywhere.amazonaws.com', eventName: 'CreateTrustAnchor', awsRegion: 'eu-west-1' }),
    );
  });
});

describe('AWS Security Incident Response, over the wire', () => {
  const asked = {
    resolverType: 'AWS',
    title: 'Leaked key',
    description: 'A key was used from elsewhere.',
    engagementType: 'Security Incident',
    reportedIncidentStartDate: '2026-11-22T15:00:00.000Z',
    impactedAccounts: [ACCOUNT],
    watchers: [{ email: 'security@example.com' }],
  };
  it('is not there without a membership', async () => {
    expect((await call('security-ir', 'ListMemberships')).items).toEqual([]);
    await expect(call('security-ir', 'CreateCase', asked)).rejects.toMatchObject({ code: 'SecurityIncidentResponseNotActive', status: 400 });
  });
  it('opens, changes and comments a case', async () => {
    const { membershipId } = addSecurityMembership(lab.world, lab.world.accounts[ACCOUNT]!);
    expect((await call('security-ir', 'ListMemberships')).items).toMatchObject([{ membershipId, membershipStatus: 'Active' }]);
    expect(await call('security-ir', 'GetMembership', { membershipId })).toMatchObject({ accountId: ACCOUNT });
    const { caseId } = await call('security-ir', 'CreateCase', { ...asked, clientToken: 'once' });
    expect((await call('security-ir', 'CreateCase', { ...asked, clientToken: 'once' })).caseId).toBe(caseId);
    await call('security-ir', 'UpdateCase', { caseId, title: 'Leaked key, contained', impactedAwsRegionsToAdd: [{ region: 'eu-west-1' }] });
    await call('security-ir', 'CreateCaseComment', { caseId, body: 'Both keys are inactive.' });
    expect(await call('security-ir', 'GetCase', { caseId })).toMatchObject({
      title: 'Leaked key, contained',
      caseStatus: 'Submitted',
      reportedIncidentStartDate: '2026-11-22T15:00:00.000Z',
      impactedAwsRegions: [{ region: 'eu-west-1' }],
      watchers: [{ email: 'security@example.com' }],
    });
    expect(await call('security-ir', 'ListCases')).toMatchObject({ total: 1, items: [{ caseId }] });
    expect((await call('security-ir', 'ListComments', { caseId })).items).toMatchObject([{ body: 'Both keys are inactive.' }]);
  });
});

describe('endpoints', () => {
  const endpoint = async (Client: typeof RolesAnywhereClient | typeof SecurityIRClient, region: string): Promise<string> => {
    const client = new Client({ region, credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' } });
    const found = (client.config as any).endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false }, {});
    client.destroy();
    return found.url.href;
  };
  it('are those of the services, in every partition', async () => {
    expect(await endpoint(RolesAnywhereClient, 'eu-west-1')).toBe('https://rolesanywhere.eu-west-1.amazonaws.com/');
    expect(await endpoint(RolesAnywhereClient, 'cn-north-1')).toBe('https://rolesanywhere.cn-north-1.amazonaws.com.cn/');
    expect(await endpoint(SecurityIRClient, 'us-east-1')).toBe('https://security-ir.us-east-1.api.aws/');
  });
});
