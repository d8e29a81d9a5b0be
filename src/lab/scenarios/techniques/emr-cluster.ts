import type { Technique } from '../technique.ts';

/** A cluster for large data, used for something else. */
export const technique: Technique = {
  id: 'emr-cluster',
  place: 'region',
  makes: ['AWS::EMR::Cluster'],
  needs: ['elasticmapreduce:RunJobFlow', 'iam:PassRole'],
  async play(act) {
    const name = act.name(['nightly-etl', 'aggregation']);
    const { JobFlowId, ClusterArn } = await act.call('emr', 'RunJobFlow', {
      Name: name,
      ReleaseLabel: 'emr-7.10.0',
      ServiceRole: act.company.serviceRoleName,
      JobFlowRole: act.company.serviceRoleName,
      Instances: { MasterInstanceType: 'm5.4xlarge', SlaveInstanceType: 'm5.4xlarge', InstanceCount: 3, KeepJobFlowAliveWhenNoSteps: true },
    });
    act.made('AWS::EMR::Cluster', JobFlowId, ClusterArn ?? act.arn('elasticmapreduce', `cluster/${JobFlowId}`), { names: [name] });
  },
};
