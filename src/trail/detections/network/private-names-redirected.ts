import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, type TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, asked, below, list, machinery, noted, strings, who, word } from '../data/reading.ts';

function redirected(record: TrailRecord): boolean {
  if (apiOf(record) !== 'ec2:CreateDhcpOptions') return apiOf(record) !== 'route53resolver:CreateResolverRule' || list(asked(record, 'targetIps')).length > 0;
  const servers = list(asked(record, 'dhcpConfigurationSet'))
    .filter((one) => word(below(one, 'key')) === 'domain-name-servers')
    .flatMap((one) => strings(below(one, 'valueSet')));
  return servers.some((server) => server !== 'AmazonProvidedDNS' && !/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd])/.test(server));
}

export const detection: Detection = {
  title: text('Private names opened to outsiders or resolved elsewhere', 'Nombres privados abiertos a extraños o resueltos en otro sitio'),
  description: text(
    "A private zone is joined with another account's network, or queries for some names, or all, go to servers of the caller's choice.",
    'Una zona privada se une a la red de otra cuenta, o las consultas de algunos nombres, o de todos, van a servidores elegidos por quien llama.',
  ),
  severity: 'medium',
  attack: ['T1557', 'T1584.002'],
  apis: ['route53:CreateVPCAssociationAuthorization', 'route53resolver:CreateResolverRule', 'route53resolver:UpdateResolverRule', 'ec2:CreateDhcpOptions'],
  when: (record) =>
    machinery(record) || !redirected(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'hostedZoneId', 'domainName', 'resolverRuleId', 'name')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'hostedZoneId', 'domainName', 'resolverRuleId', 'name')}.`,
        ),
  examples: {
    hits: [
      example(
        'names go elsewhere',
        call('route53resolver:CreateResolverRule', { name: 'x', ruleType: 'FORWARD', domainName: 'example.org', targetIps: [{ ip: '203.0.113.9', port: 53 }] }),
      ),
      example(
        'public servers for a network',
        call('ec2:CreateDhcpOptions', { dhcpConfigurationSet: { items: [{ key: 'domain-name-servers', valueSet: { items: [{ value: '203.0.113.9' }] } }] } }),
      ),
      example('refused', denied('route53:CreateVPCAssociationAuthorization', { hostedZoneId: 'Z1', vPC: { vPCId: 'vpc-9', vPCRegion: 'us-east-1' } })),
    ],
    quiet: [
      example(
        'the servers of AWS',
        call('ec2:CreateDhcpOptions', {
          dhcpConfigurationSet: { items: [{ key: 'domain-name-servers', valueSet: { items: [{ value: 'AmazonProvidedDNS' }] } }] },
        }),
      ),
      example('resolved by the system', call('route53resolver:CreateResolverRule', { name: 'x', ruleType: 'SYSTEM', domainName: 'example.org' })),
    ],
  },
};
