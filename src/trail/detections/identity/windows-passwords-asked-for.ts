import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, text as textAt } from '../../event.ts';
import { each, isAws, upTo, who } from './saying.ts';

export const detection: Detection = {
  title: text('The administrator passwords of many machines were asked for', 'Se pidieron las contraseñas de administrador de muchas máquinas'),
  description: text(
    'One identity asked EC2 for the Windows administrator passwords of several machines within minutes. An administrator asks for one, right after making the machine. The answer is encrypted with the machine’s key pair: see who has it.',
    'Una identidad pidió a EC2 las contraseñas de administrador de Windows de varias máquinas en minutos. Un administrador pide una, justo tras crear la máquina. La respuesta va cifrada con el par de claves de la máquina: vea quién lo tiene.',
  ),
  severity: 'high',
  attack: ['T1552.005', 'T1555'],
  apis: ['ec2:GetPasswordData'],
  looksFurther: true,
  when(record) {
    if (isAws(record)) return undefined;
    return text(`${who(record)} asked for the passwords of one machine after another.`, `${who(record)} pidió las contraseñas de una máquina tras otra.`);
  },
  burst: { by: principalOf, distinct: (record) => textAt(record, 'requestParameters.instanceId') ?? textAt(record, 'eventID'), within: 900, atLeast: 4 },
  examples: {
    hits: [
      {
        what: 'five',
        records: each(
          upTo(5).map((i) => ({ instanceId: `i-${i}` })),
          'ec2:GetPasswordData',
        ),
      },
      {
        what: 'refused',
        records: each(
          upTo(5).map((i) => ({ instanceId: `i-${i}` })),
          'ec2:GetPasswordData',
          { errorCode: 'Client.UnauthorizedOperation' },
        ),
      },
    ],
    quiet: [
      {
        what: 'one, until it is there',
        records: each(
          upTo(9).map(() => ({ instanceId: 'i-1' })),
          'ec2:GetPasswordData',
          {},
          10,
        ),
      },
      {
        what: 'a few over the day',
        records: each(
          upTo(5).map((i) => ({ instanceId: `i-${i}` })),
          'ec2:GetPasswordData',
          {},
          3600,
        ),
      },
    ],
  },
};
