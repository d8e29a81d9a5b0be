import { text } from '../../../kernel/index.ts';
import type { Draw } from '../draw.ts';
import type { Briefing } from '../scenario.ts';
import type { Cast } from './cast.ts';
import type { Company } from './company.ts';

/** What the on-call engineer knows: one finding about one server, and what a colleague has seen. */
export function notice(cast: Cast, company: Company, draw: Draw): Briefing['alarm'] {
  const { web } = company;
  const [since, received] = [new Date(cast.times.shell).toISOString(), new Date(cast.times.notice).toISOString()];
  const id = draw.hex(32);
  const finding = {
    schemaVersion: '2.0',
    accountId: cast.account,
    region: cast.home,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${cast.home}:${cast.account}:detector/${draw.hex(32)}/finding/${id}`,
    type: 'Backdoor:EC2/C&CActivity.B',
    title: 'An EC2 instance talks to a command and control server.',
    description: `EC2 instance ${web.instanceId} talks to ${cast.remote.shell}, an address known for command and control servers.`,
    severity: 8,
    createdAt: received,
    updatedAt: received,
    resource: {
      resourceType: 'Instance',
      instanceDetails: {
        instanceId: web.instanceId,
        networkInterfaces: [{ networkInterfaceId: web.interfaces[0], privateIpAddress: web.privateIps[0], publicIp: web.publicIp }],
      },
    },
    service: {
      serviceName: 'guardduty',
      action: {
        actionType: 'NETWORK_CONNECTION',
        networkConnectionAction: {
          connectionDirection: 'OUTBOUND',
          protocol: 'TCP',
          remoteIpDetails: { ipAddressV4: cast.remote.shell },
          remotePortDetails: { port: cast.ports.shell },
        },
      },
      eventFirstSeen: since,
      eventLastSeen: received,
      count: 1,
    },
  };
  return {
    kind: 'guardduty',
    accessKeyId: '',
    finding,
    since,
    received,
    text: text(
      [
        `GuardDuty says that the instance ${web.instanceId} (${cast.names.web}, ${web.publicIp}, ${cast.home}) talks to a command and control server, since about ${since}.`,
        'It is one of the web servers of the shop, it takes part in the sales of this minute, and nobody here knows what is on it.',
        'Somebody may be sitting at it right now.',
      ].join('\n'),
      [
        `GuardDuty dice que la instancia ${web.instanceId} (${cast.names.web}, ${web.publicIp}, ${cast.home}) habla con un servidor de mando y control, desde aproximadamente ${since}.`,
        'Es uno de los servidores web de la tienda, participa en las ventas de este minuto y aquí nadie sabe qué hay en él.',
        'Puede que alguien esté sentado ante él ahora mismo.',
      ].join('\n'),
    ),
  };
}
