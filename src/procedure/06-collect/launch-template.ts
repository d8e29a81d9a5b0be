import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, take } from '../shared/collected.ts';
import { ec2, tagValue } from '../shared/ec2.ts';

const ID = /^lt-[0-9a-f]{8,17}$/;
/** The template it was started from, as it is now, and the template EC2 would make from the instance: what differs was changed by hand. */
export const collector: Collector = {
  id: 'launch-template',
  step: 6,
  title: text('The launch template', 'La plantilla de lanzamiento'),
  permissions: ['ec2:DescribeInstances', 'ec2:GetLaunchTemplateData', 'ec2:DescribeLaunchTemplateVersions'],
  collect: ofInstance('launch-template', async function* (ctx, { region, instanceId, instance }) {
    const note = text('May hold user data with secrets: shown to nobody.', 'Puede contener datos de usuario con secretos: no se muestra.');
    yield (await take(ctx, 'launch-template-data', ec2(region, 'GetLaunchTemplateData', { InstanceId: instanceId }), { note })).item;
    const template = tagValue(instance.Tags, 'aws:ec2launchtemplate:id');
    if (template === undefined || !ID.test(template)) return;
    const versions = ec2(region, 'DescribeLaunchTemplateVersions', { LaunchTemplateId: template });
    yield (await take(ctx, 'launch-template-versions', versions, { all: true, note })).item;
  }),
};
