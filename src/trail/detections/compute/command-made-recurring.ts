import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, noted, who } from '../data/reading.ts';

const QUIET = /^(AWS-(RunPatchBaseline\w*|GatherSoftwareInventory|UpdateSSMAgent|ConfigureAWSPackage)|AmazonCloudWatch-ManageAgent)$/;

export const detection: Detection = {
  title: text('Command made to run on machines again and again', 'Orden que se repetirá en máquinas'),
  description: text(
    'A State Manager association or maintenance window runs its document on every machine that matches, new ones too. Configuration management is the same call: read the document.',
    'Una asociación de State Manager o una ventana de mantenimiento ejecuta su documento en toda máquina que coincida, también en las nuevas. La gestión de configuración es la misma llamada: lea el documento.',
  ),
  severity: 'medium',
  attack: ['T1053', 'T1651'],
  apis: ['ssm:CreateAssociation', 'ssm:UpdateAssociation', 'ssm:RegisterTaskWithMaintenanceWindow'],
  when: (record) =>
    machinery(record) || QUIET.test((askedText(record, 'name') ?? askedText(record, 'taskArn') ?? '').slice(0, 200))
      ? undefined
      : text(
          `${who(record)} had ${named(record, 'name', 'taskArn', 'associationId')} run on ${named(record, 'targets', 'instanceId')} again and again${noted(record, 'scheduleExpression')}.`,
          `${who(record)} hizo que ${named(record, 'name', 'taskArn', 'associationId')} se repita en ${named(record, 'targets', 'instanceId')}${noted(record, 'scheduleExpression')}.`,
        ),
  examples: {
    hits: [
      example(
        'a script',
        call('ssm:CreateAssociation', { name: 'AWS-RunShellScript', targets: [{ key: 'InstanceIds', values: ['*'] }], scheduleExpression: 'rate(1 hour)' }),
      ),
      example('refused', denied('ssm:RegisterTaskWithMaintenanceWindow', { windowId: 'mw-1', taskArn: 'AWS-RunShellScript' })),
    ],
    quiet: [
      example('inventory', call('ssm:CreateAssociation', { name: 'AWS-GatherSoftwareInventory' })),
      example('Quick Setup', byService('ssm-quicksetup', 'ssm:CreateAssociation', { name: 'x' })),
    ],
  },
};
