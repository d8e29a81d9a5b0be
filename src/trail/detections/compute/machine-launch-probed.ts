import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Launch of machines tried out, or refused', 'Arranque de máquinas probado o rechazado'),
  description: text(
    'A dry run tells whether a stolen key may start machines, and costs nothing: miners begin that way. Deployment tools hardly use dry runs. A refusal tells the same; developers without rights get those, too.',
    'Una prueba (DryRun) dice si una clave robada puede arrancar máquinas y no cuesta nada: así empiezan los mineros. Las herramientas de despliegue casi no la usan. Un rechazo dice lo mismo; también le pasa a desarrolladores sin permiso.',
  ),
  severity: 'medium',
  attack: ['T1580', 'T1496.001'],
  apis: ['ec2:RunInstances', 'ec2:RequestSpotInstances', 'ec2:CreateFleet', 'ec2:RequestSpotFleet'],
  sql: 'errorCode IS NOT NULL OR errorMessage IS NOT NULL',
  when(record) {
    const outcome = outcomeOf(record);
    if (machinery(record) || (outcome !== 'dry-run' && outcome !== 'denied')) return undefined;
    const what = named(record, 'instanceType', 'launchSpecification.instanceType');
    return outcome === 'dry-run'
      ? text(
          `${who(record)} tried out whether he may start machines (${what}) in ${region(record)}: he may.`,
          `${who(record)} probó si puede arrancar máquinas (${what}) en ${region(record)}: puede.`,
        )
      : text(
          `${who(record)} was not allowed to start machines (${what}) in ${region(record)}.`,
          `${who(record)} no obtuvo permiso para arrancar máquinas (${what}) en ${region(record)}.`,
        );
  },
  examples: {
    hits: [
      example(
        'a dry run',
        call(
          'ec2:RunInstances',
          { instanceType: 't3.micro' },
          { errorCode: 'Client.DryRunOperation', errorMessage: 'Request would have succeeded, but DryRun flag is set' },
        ),
      ),
      example('refused', denied('ec2:RunInstances', { instanceType: 't3.micro' })),
    ],
    quiet: [
      example('it starts', call('ec2:RunInstances', { instanceType: 't3.micro' })),
      example('a wrong parameter', call('ec2:RunInstances', { instanceType: 't3.micro' }, { errorCode: 'Client.InvalidParameterValue' })),
    ],
  },
};
