import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('VPN into the network made', 'VPN hacia la red creada'),
  description: text(
    "A tunnel from an address of the caller's choice, or from any laptop with a certificate, straight into the private network. Look at the gateway's address, and delete what nobody ordered.",
    'Un túnel desde una dirección elegida por quien llama, o desde cualquier portátil con certificado, directo a la red privada. Mire la dirección de la pasarela y borre lo que nadie pidió.',
  ),
  severity: 'medium',
  attack: ['T1133', 'T1572'],
  apis: [
    'ec2:CreateVpnConnection',
    'ec2:CreateCustomerGateway',
    'ec2:CreateClientVpnEndpoint',
    'ec2:AuthorizeClientVpnIngress',
    'ec2:AssociateClientVpnTargetNetwork',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'ipAddress', 'customerGatewayId', 'clientCidrBlock', 'clientVpnEndpointId', 'targetNetworkCidr')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'ipAddress', 'customerGatewayId', 'clientCidrBlock', 'clientVpnEndpointId', 'targetNetworkCidr')}.`,
        ),
  examples: {
    hits: [
      example('a gateway', call('ec2:CreateCustomerGateway', { type: 'ipsec.1', ipAddress: '203.0.113.9', bgpAsn: 65000 })),
      example('for laptops, refused', denied('ec2:CreateClientVpnEndpoint', { CreateClientVpnEndpointRequest: { ClientCidrBlock: '10.9.0.0/16' } })),
    ],
    quiet: [
      example('a service', byService('networkmanager', 'ec2:CreateVpnConnection', { type: 'ipsec.1' })),
      example('another service', byService('ec2', 'ec2:AssociateClientVpnTargetNetwork', {})),
    ],
  },
};
