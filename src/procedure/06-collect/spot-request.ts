import { type Collector, text } from '../../kernel/index.ts';
import { notApplicable, ofInstance, take } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** A Spot request's type decides whether the instance can be stopped, and whether it comes back by itself. */
export const collector: Collector = {
  id: 'spot-request',
  step: 6,
  title: text('The Spot request', 'La solicitud de Spot'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeSpotInstanceRequests'],
  collect: ofInstance('spot-request', async function* (ctx, { region, instanceId, instance, evidence }) {
    if (instance.InstanceLifecycle !== 'spot') yield notApplicable('spot-request', text('It is not a Spot instance.', 'No es una instancia Spot.'), evidence);
    else yield (await take(ctx, 'spot-request', ec2(region, 'DescribeSpotInstanceRequests', { Filters: [filter('instance-id', instanceId)] }))).item;
  }),
};
