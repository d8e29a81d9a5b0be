import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Launch template or configuration changed', 'Plantilla o configuración de lanzamiento cambiada'),
  description: text(
    'Every machine that a group starts from now on follows the new version, with its image, user data and role. Deployments change templates daily; compare the versions.',
    'Toda máquina que arranque un grupo desde ahora sigue la versión nueva, con su imagen, datos de usuario y rol. Los despliegues cambian plantillas a diario; compare las versiones.',
  ),
  severity: 'low',
  attack: ['T1578.005', 'T1037'],
  apis: ['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate', 'autoscaling:CreateLaunchConfiguration'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for ${named(record, 'launchTemplateName', 'launchTemplateId', 'launchConfigurationName')}.`,
          `${who(record)} llamó a ${api(record)} para ${named(record, 'launchTemplateName', 'launchTemplateId', 'launchConfigurationName')}.`,
        ),
  examples: {
    hits: [
      example(
        'a new version',
        call('ec2:CreateLaunchTemplateVersion', {
          CreateLaunchTemplateVersionRequest: { LaunchTemplateId: 'lt-1', LaunchTemplateData: { UserData: '<sensitiveDataRemoved>' } },
        }),
      ),
      example('refused', denied('ec2:ModifyLaunchTemplate', { ModifyLaunchTemplateRequest: { LaunchTemplateId: 'lt-1', SetDefaultVersion: 2 } })),
    ],
    quiet: [
      example('EKS and its node groups', byService('eks', 'ec2:CreateLaunchTemplateVersion', {})),
      example('Beanstalk', byService('elasticbeanstalk', 'autoscaling:CreateLaunchConfiguration', { launchConfigurationName: 'x' })),
    ],
  },
};
