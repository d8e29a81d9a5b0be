import { describe, expect, it } from 'vitest';
import { addRole } from '../../world/index.ts';
import { bench } from '../testing.ts';

const CONTENT = '{"schemaVersion":"2.2","mainSteps":[]}';

describe('Systems Manager', () => {
  it('counts versions of a document, shares it, and keeps a shared one from being deleted', async () => {
    const { call } = bench();
    const document = { Name: 'fix', Content: CONTENT };
    await call('ssm:CreateDocument', document);
    await expect(call('ssm:CreateDocument', document)).rejects.toMatchObject({ code: 'DocumentAlreadyExists' });
    await expect(call('ssm:CreateDocument', { Name: 'odd', Content: '{' })).rejects.toMatchObject({ code: 'InvalidDocumentContent' });
    await expect(call('ssm:CreateDocument', { Name: 'odd', Content: '{}' })).rejects.toMatchObject({ code: 'InvalidDocumentSchemaVersion' });
    await expect(call('ssm:UpdateDocument', document)).rejects.toMatchObject({ code: 'DuplicateDocumentContent' });
    await call('ssm:UpdateDocument', { ...document, Content: CONTENT.replace('2.2', '2.0'), DocumentVersion: '$LATEST' });
    expect((await call('ssm:DescribeDocument', { Name: 'fix' })).Document).toMatchObject({ LatestVersion: '2', DefaultVersion: '1', SchemaVersion: '2.2' });
    const share = { Name: 'fix', PermissionType: 'Share' };
    await call('ssm:ModifyDocumentPermission', { ...share, AccountIdsToAdd: ['444455556666', 'All'] });
    expect((await call('ssm:DescribeDocumentPermission', share)).AccountIds).toEqual(['444455556666', 'all']);
    await expect(call('ssm:DeleteDocument', { Name: 'fix' })).rejects.toMatchObject({ code: 'InvalidDocumentOperation' });
    await call('ssm:ModifyDocumentPermission', { ...share, AccountIdsToRemove: ['444455556666', 'all'] });
    await call('ssm:DeleteDocument', { Name: 'fix' });
    expect((await call('ssm:ListDocuments', { Filters: [{ Key: 'Owner', Values: ['Self'] }] })).DocumentIdentifiers).toEqual([]);
  });

  it('associates documents that are there with instances that are there', async () => {
    const { call } = bench();
    const Targets = [{ Key: 'tag:Role', Values: ['web'] }];
    await expect(call('ssm:CreateAssociation', { Name: 'none', Targets })).rejects.toMatchObject({ code: 'InvalidDocument' });
    await expect(call('ssm:CreateAssociation', { Name: 'AWS-RunShellScript', InstanceId: 'i-0123456789abcdef0' })).rejects.toMatchObject({
      code: 'InvalidInstanceId',
    });
    const { AssociationDescription: made } = await call('ssm:CreateAssociation', { Name: 'AWS-RunShellScript', Targets });
    await call('ssm:UpdateAssociation', { AssociationId: made.AssociationId, ScheduleExpression: 'rate(1 day)' });
    expect((await call('ssm:ListAssociations')).Associations).toMatchObject([{ AssociationVersion: '2', ScheduleExpression: 'rate(1 day)' }]);
    await call('ssm:DeleteAssociation', { AssociationId: made.AssociationId });
    await expect(call('ssm:DescribeAssociation', { AssociationId: made.AssociationId })).rejects.toMatchObject({ code: 'AssociationDoesNotExist' });
  });

  it('activates machines outside only with a role that trusts Systems Manager, and for a time', async () => {
    const { world, account, call, pass } = bench();
    await expect(call('ssm:CreateActivation', { IamRole: 'hybrid' })).rejects.toMatchObject({ code: 'ValidationException' });
    addRole(world, account, {
      name: 'hybrid',
      trust: { Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
    });
    const { ActivationId } = await call('ssm:CreateActivation', { IamRole: 'hybrid' });
    expect((await call('ssm:DescribeActivations')).ActivationList).toMatchObject([{ ActivationId, Expired: false, RegistrationLimit: 1 }]);
    pass(100_000);
    expect((await call('ssm:DescribeActivations')).ActivationList).toMatchObject([{ Expired: true }]);
  });
});
