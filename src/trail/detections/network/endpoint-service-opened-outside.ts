import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { openToPrincipal } from '../data/outside.ts';
import { asked, named, strings, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Private endpoint service opened to outsiders', 'Servicio de extremo privado abierto a extraños'),
  description: text(
    'The other account reaches what stands behind this load balancer from its own network, past every rule for the internet.',
    'La otra cuenta llega desde su propia red a lo que está detrás de este balanceador, sin pasar por las reglas de internet.',
  ),
  severity: 'high',
  attack: ['T1599', 'T1572'],
  apis: ['ec2:ModifyVpcEndpointServicePermissions'],
  when(record, background) {
    const added = strings(asked(record, 'AddAllowedPrincipals')).flatMap((one) => openToPrincipal(one, record, background) ?? []);
    return (
      added[0] &&
      text(
        `${who(record)} opened endpoint service ${named(record, 'serviceId')} to ${added[0].en}.`,
        `${who(record)} abrió el servicio de extremo ${named(record, 'serviceId')} a ${added[0].es}.`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'another account',
        call('ec2:ModifyVpcEndpointServicePermissions', {
          ModifyVpcEndpointServicePermissionsRequest: { ServiceId: 'vpce-svc-1', AddAllowedPrincipals: { tag: 1, content: `arn:aws:iam::${OUTSIDER}:root` } },
        }),
      ),
      example(
        'refused',
        denied('ec2:ModifyVpcEndpointServicePermissions', {
          ModifyVpcEndpointServicePermissionsRequest: { ServiceId: 'vpce-svc-1', AddAllowedPrincipals: { tag: 1, content: '*' } },
        }),
      ),
    ],
    quiet: [
      example(
        'taken back',
        call('ec2:ModifyVpcEndpointServicePermissions', {
          ModifyVpcEndpointServicePermissionsRequest: { ServiceId: 'vpce-svc-1', RemoveAllowedPrincipals: { tag: 1, content: '*' } },
        }),
      ),
      example(
        'ours',
        call('ec2:ModifyVpcEndpointServicePermissions', {
          ModifyVpcEndpointServicePermissionsRequest: { ServiceId: 'vpce-svc-1', AddAllowedPrincipals: { tag: 1, content: `arn:aws:iam::${ACCOUNT}:root` } },
        }),
      ),
    ],
  },
};
