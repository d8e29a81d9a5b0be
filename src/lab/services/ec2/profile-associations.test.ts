import { beforeEach, describe, expect, it } from 'vitest';
import { addInstanceProfile } from '../../world/index.ts';
import { type Bench, bench } from '../testing.ts';

let b: Bench;
let id: string;
const profiles: { arn: string; id: string }[] = [];
const seen = async () => (await b.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0].IamInstanceProfile;
const listed = async () =>
  (await b.call('ec2:DescribeIamInstanceProfileAssociations', { Filters: [{ Name: 'instance-id', Values: [id] }] })).IamInstanceProfileAssociations;

beforeEach(async () => {
  b = bench();
  profiles.splice(0, 2, addInstanceProfile(b.world, b.account, { name: 'web' }), addInstanceProfile(b.world, b.account, { name: 'evidence' }));
  const { Images } = await b.call('ec2:DescribeImages', { Owners: ['amazon'] });
  const made = await b.call('ec2:RunInstances', {
    ImageId: Images[0].ImageId,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: 'web' },
  });
  id = made.Instances[0].InstanceId;
  b.pass(60);
});

describe('the profile of an instance', () => {
  it('goes within seconds, and comes back under another association id', async () => {
    const [first] = await listed();
    expect(first).toMatchObject({ State: 'associated', IamInstanceProfile: { Arn: profiles[0]!.arn } });
    const { IamInstanceProfileAssociation: going } = await b.call('ec2:DisassociateIamInstanceProfile', { AssociationId: first.AssociationId });
    expect(going.State).toBe('disassociating');
    expect((await seen()).Arn).toBe(profiles[0]!.arn);
    await expect(b.call('ec2:AssociateIamInstanceProfile', { InstanceId: id, IamInstanceProfile: { Name: 'web' } })).rejects.toMatchObject({
      code: 'IncorrectState',
    });
    b.pass(5);
    expect([await seen(), await listed()]).toEqual([undefined, []]);
    await b.call('ec2:AssociateIamInstanceProfile', { InstanceId: id, IamInstanceProfile: { Arn: profiles[0]!.arn } });
    const [second] = await listed();
    expect(second).toMatchObject({ State: 'associating', IamInstanceProfile: { Arn: profiles[0]!.arn } });
    expect(second.AssociationId).not.toBe(first.AssociationId);
    b.pass(5);
    expect((await listed())[0].State).toBe('associated');
  });

  it('is replaced while it runs, not while it is stopped', async () => {
    const [first] = await listed();
    const replace = () => b.call('ec2:ReplaceIamInstanceProfileAssociation', { AssociationId: first.AssociationId, IamInstanceProfile: { Name: 'evidence' } });
    await b.call('ec2:StopInstances', { InstanceIds: [id] });
    b.pass(120);
    await expect(replace()).rejects.toMatchObject({ code: 'IncorrectInstanceState' });
    await b.call('ec2:StartInstances', { InstanceIds: [id] });
    b.pass(120);
    await replace();
    expect((await seen()).Arn).toBe(profiles[1]!.arn);
    await expect(replace()).rejects.toMatchObject({ code: 'InvalidAssociationID.NotFound' });
  });

  it('must exist', async () => {
    const [first] = await listed();
    await expect(
      b.call('ec2:ReplaceIamInstanceProfileAssociation', { AssociationId: first.AssociationId, IamInstanceProfile: { Name: 'nobody' } }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect((await seen()).Arn).toBe(profiles[0]!.arn);
  });
});
