import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Web application firewall removed or no longer logging', 'Firewall de aplicaciones web quitado o sin registro'),
  description: text(
    'Requests reach the application unfiltered, or unrecorded. Look at what the web server logged afterwards.',
    'Las peticiones llegan a la aplicación sin filtrar o sin quedar registradas. Mire qué registró después el servidor web.',
  ),
  severity: 'medium',
  attack: ['T1562.007'],
  apis: [
    'wafv2:DeleteWebACL',
    'wafv2:DisassociateWebACL',
    'wafv2:DeleteLoggingConfiguration',
    'wafv2:DeleteRuleGroup',
    'wafv2:DeleteFirewallManagerRuleGroups',
    'waf-regional:DeleteWebACL',
    'waf-regional:DisassociateWebACL',
    'waf:DeleteWebACL',
    'waf:DeleteLoggingConfiguration',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'name', 'resourceArn', 'webACLId', 'webACLArn')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'name', 'resourceArn', 'webACLId', 'webACLArn')}.`,
        ),
  examples: {
    hits: [
      example(
        'taken off a load balancer',
        call('wafv2:DisassociateWebACL', { resourceArn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/1' }),
      ),
      example('refused', denied('wafv2:DeleteWebACL', { name: 'web', scope: 'REGIONAL', id: '1' })),
    ],
    quiet: [
      example('by Firewall Manager', byService('fms', 'wafv2:DeleteWebACL', { name: 'FMManagedWebACLV2' })),
      example('by the load balancer', byService('elasticloadbalancing', 'wafv2:DisassociateWebACL', { resourceArn: 'x' })),
    ],
  },
};
