import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

const QUIET =
  /^(AWS-(RunPatchBaseline\w*|GatherSoftwareInventory|UpdateSSMAgent|ConfigureAWSPackage|RefreshAssociation)|AmazonCloudWatch-ManageAgent|AmazonInspector\S*)$/;

export const detection: Detection = {
  title: text('Command run on machines by Systems Manager', 'Orden ejecutada en máquinas con Systems Manager'),
  description: text(
    "The command runs as root or SYSTEM; the trail hides its text. Patching and administration do it; look for whole-fleet targets and people who never did. The machine's /var/lib/amazon/ssm keeps the text.",
    'La orden corre como root o SYSTEM; el trail oculta su texto. El parcheo y la administración lo hacen; busque destinos de toda la flota y personas que nunca lo hicieron. /var/lib/amazon/ssm de la máquina guarda el texto.',
  ),
  severity: 'medium',
  attack: ['T1651', 'T1021.007'],
  apis: ['ssm:SendCommand'],
  when: (record) =>
    machinery(record) || QUIET.test((askedText(record, 'documentName') ?? '').replace(/^arn:[^/]*\//, '').slice(0, 200))
      ? undefined
      : text(
          `${who(record)} ran document ${named(record, 'documentName')} on ${named(record, 'instanceIds', 'targets')}.`,
          `${who(record)} ejecutó el documento ${named(record, 'documentName')} en ${named(record, 'instanceIds', 'targets')}.`,
        ),
  examples: {
    hits: [
      example(
        'a shell script',
        call('ssm:SendCommand', { instanceIds: ['i-1'], documentName: 'AWS-RunShellScript', parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
      ),
      example('refused', denied('ssm:SendCommand', { instanceIds: ['i-1'], documentName: 'AWS-RunPowerShellScript' })),
    ],
    quiet: [
      example('patches', call('ssm:SendCommand', { instanceIds: ['i-1'], documentName: 'AWS-RunPatchBaseline' })),
      example('a service', byService('imagebuilder', 'ssm:SendCommand', { documentName: 'AWS-RunShellScript' })),
    ],
  },
};
