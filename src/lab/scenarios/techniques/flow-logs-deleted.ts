import type { Technique } from '../technique.ts';

/** The record of who talked to whom in a network ends. */
export const technique: Technique = {
  id: 'flow-logs-deleted',
  place: 'home',
  makes: [],
  changes: ['AWS::EC2::FlowLog'],
  needs: ['ec2:DeleteFlowLogs'],
  async before(act) {
    const { Vpcs } = await act.call('ec2', 'DescribeVpcs', {});
    const { FlowLogIds } = await act.call('ec2', 'CreateFlowLogs', {
      ResourceIds: [Vpcs[0].VpcId],
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 's3',
      LogDestination: `arn:aws:s3:::${act.company.slug}-flow-logs`,
    });
    act.kept.id = FlowLogIds[0];
  },
  async play(act) {
    await act.call('ec2', 'DeleteFlowLogs', { FlowLogIds: [act.kept.id] });
    act.changed('AWS::EC2::FlowLog', act.kept.id!, act.arn('ec2', `vpc-flow-log/${act.kept.id}`), 'deleted');
  },
};
