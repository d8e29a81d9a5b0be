import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Machines outside of AWS may join Systems Manager', 'Máquinas fuera de AWS pueden unirse a Systems Manager'),
  description: text(
    "The activation lets any machine in the world register, get a role's credentials and be commanded from here. Companies with machines of their own do it; others never.",
    'La activación permite a cualquier máquina del mundo registrarse, recibir credenciales de un rol y ser dirigida desde aquí. Lo hacen empresas con máquinas propias; las demás nunca.',
  ),
  severity: 'medium',
  attack: ['T1098', 'T1219'],
  apis: ['ssm:CreateActivation'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} made an activation for machines outside of AWS with role ${named(record, 'iamRole')} (${named(record, 'registrationLimit')}).`,
          `${who(record)} creó una activación para máquinas fuera de AWS con el rol ${named(record, 'iamRole')} (${named(record, 'registrationLimit')}).`,
        ),
  examples: {
    hits: [
      example('made', call('ssm:CreateActivation', { iamRole: 'SSMServiceRole', registrationLimit: 1000 })),
      example('refused', denied('ssm:CreateActivation', { iamRole: 'SSMServiceRole' })),
    ],
    quiet: [
      example('ECS Anywhere', byService('ecs', 'ssm:CreateActivation', {})),
      example('IoT Greengrass', byService('greengrass', 'ssm:CreateActivation', {})),
    ],
  },
};
