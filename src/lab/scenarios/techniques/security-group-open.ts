import type { Technique } from '../technique.ts';

/** A security group that lets everybody in, ready for any machine. */
export const technique: Technique = {
  id: 'security-group-open',
  place: 'region',
  makes: ['AWS::EC2::SecurityGroup'],
  needs: ['ec2:CreateSecurityGroup', 'ec2:AuthorizeSecurityGroupIngress'],
  async play(act) {
    const name = act.name(['remote', 'monitoring', 'rdp']);
    const { GroupId } = await act.call('ec2', 'CreateSecurityGroup', { GroupName: name, Description: 'remote access' });
    act.made('AWS::EC2::SecurityGroup', GroupId, act.arn('ec2', `security-group/${GroupId}`));
    const port = act.draw.pick([22, 3389, 5900]);
    const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await act.call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [rule] });
  },
  async innocent(act) {
    const { GroupId } = await act.call('ec2', 'CreateSecurityGroup', { GroupName: act.name(['internal', 'cache']), Description: 'Between servers' });
    act.made('AWS::EC2::SecurityGroup', GroupId, act.arn('ec2', `security-group/${GroupId}`));
    const rule = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379, IpRanges: [{ CidrIp: '10.20.0.0/16' }] };
    await act.call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [rule] });
  },
};
