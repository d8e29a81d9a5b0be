import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, text as textAt } from '../../event.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('A tunnel was opened through a machine', 'Se abrió un túnel a través de una máquina'),
  description: text(
    'A port forwarding session reaches services behind a machine, databases above all, past every firewall. Developers use it to reach test databases. See which host and port it led to.',
    'Una sesión de reenvío de puertos llega a servicios detrás de una máquina, sobre todo bases de datos, sin pasar por cortafuegos. Los desarrolladores la usan para bases de prueba. Vea a qué equipo y puerto llevaba.',
  ),
  severity: 'low',
  attack: ['T1572', 'T1090.001'],
  apis: ['ssm:StartSession', 'ec2-instance-connect:OpenTunnel'],
  when(record) {
    if (isAws(record)) return undefined;
    const tunnel = apiOf(record).endsWith(':OpenTunnel');
    if (
      !tunnel &&
      !/^AWS-StartPortForwardingSession(ToRemoteHost|ToSocket)?$|^AWS-StartSSHSession$/.test(textAt(record, 'requestParameters.documentName') ?? '')
    )
      return undefined;
    const host = shown(
      record,
      tunnel ? 'requestParameters.privateIpAddress' : 'requestParameters.target',
      shown(record, 'requestParameters.instanceConnectEndpointId'),
    );
    return text(`${who(record)} opened a tunnel through ${host}.`, `${who(record)} abrió un túnel a través de ${host}.`);
  },
  examples: {
    hits: [
      {
        what: 'to a database',
        records: [
          call('ssm:StartSession', {
            target: 'i-1',
            documentName: 'AWS-StartPortForwardingSessionToRemoteHost',
            parameters: { host: ['db.internal'], portNumber: ['5432'] },
          }),
        ],
      },
      {
        what: 'refused',
        records: [call('ssm:StartSession', { target: 'i-1', documentName: 'AWS-StartPortForwardingSession' }, { errorCode: 'AccessDeniedException' })],
      },
    ],
    quiet: [
      { what: 'a shell', records: [call('ssm:StartSession', { target: 'i-1' })] },
      { what: 'a document of one’s own', records: [call('ssm:StartSession', { target: 'i-1', documentName: 'SSM-SessionManagerRunShell' })] },
    ],
  },
};
