import type { Technique } from '../technique.ts';
import { startup } from '../words.ts';

/** Start-up code that waits in a template for the next machine. */
export const technique: Technique = {
  id: 'launch-template',
  place: 'region',
  makes: ['AWS::EC2::LaunchTemplate'],
  needs: ['ec2:CreateLaunchTemplate'],
  async play(act) {
    const name = act.name(['default-template', 'worker', 'nodes']);
    const data = { InstanceType: act.draw.pick(['c5.4xlarge', 'g4dn.xlarge']), UserData: Buffer.from(startup(act)).toString('base64') };
    const { LaunchTemplate } = await act.call('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: name, LaunchTemplateData: data });
    const id = LaunchTemplate.LaunchTemplateId;
    act.made('AWS::EC2::LaunchTemplate', id, act.arn('ec2', `launch-template/${id}`), { names: [name] });
  },
  async innocent(act) {
    const name = act.name(['web-template', 'batch-template']);
    const UserData = Buffer.from('#!/bin/sh\napt-get update\n').toString('base64');
    const { LaunchTemplate } = await act.call('ec2', 'CreateLaunchTemplate', {
      LaunchTemplateName: name,
      LaunchTemplateData: { InstanceType: 't3.large', UserData },
    });
    const id = LaunchTemplate.LaunchTemplateId;
    act.made('AWS::EC2::LaunchTemplate', id, act.arn('ec2', `launch-template/${id}`), { names: [name] });
  },
};
