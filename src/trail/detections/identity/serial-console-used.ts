import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('The serial console of machines was switched on or used', 'Se activó o usó la consola serie de máquinas'),
  description: text(
    'The serial console reaches a machine past its network, also one that was isolated. It serves when a machine no longer starts; otherwise it is off. See which machine and who asked.',
    'La consola serie llega a una máquina sin pasar por la red, también a una aislada. Sirve cuando una máquina ya no arranca; si no, está apagada. Vea qué máquina y quién lo pidió.',
  ),
  severity: 'medium',
  attack: ['T1021.008', 'T1098.004'],
  references: ['https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-serial-console.html'],
  apis: ['ec2:EnableSerialConsoleAccess', 'ec2-instance-connect:SendSerialConsoleSSHPublicKey'],
  when(record) {
    if (isAws(record)) return undefined;
    if (apiOf(record) === 'ec2:EnableSerialConsoleAccess')
      return text(`${who(record)} switched on the serial console for the whole region.`, `${who(record)} activó la consola serie para toda la región.`);
    const machine = shown(record, 'requestParameters.instanceId');
    return text(`${who(record)} logged in to the serial console of ${machine}.`, `${who(record)} entró en la consola serie de ${machine}.`);
  },
  examples: {
    hits: [
      { what: 'switched on', records: [call('ec2:EnableSerialConsoleAccess', {})] },
      { what: 'refused', records: [call('ec2-instance-connect:SendSerialConsoleSSHPublicKey', { instanceId: 'i-1' }, { errorCode: 'AccessDeniedException' })] },
    ],
    quiet: [
      { what: 'a service', records: [call('ec2:EnableSerialConsoleAccess', {}, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'a service logs in',
        records: [call('ec2-instance-connect:SendSerialConsoleSSHPublicKey', { instanceId: 'i-1' }, { userIdentity: { type: 'AWSService' } })],
      },
    ],
  },
};
