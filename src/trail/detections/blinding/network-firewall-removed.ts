import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, type TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, asked, list, machinery, named, no, who } from '../data/reading.ts';

function removes(record: TrailRecord): boolean {
  const act = apiOf(record);
  if (act === 'network-firewall:UpdateFirewallDeleteProtection') return no(asked(record, 'deleteProtection'));
  return act !== 'network-firewall:UpdateLoggingConfiguration' || list(asked(record, 'loggingConfiguration.logDestinationConfigs')).length === 0;
}

export const detection: Detection = {
  title: text('Network or DNS firewall removed, or no longer logging', 'Firewall de red o de DNS quitado o sin registro'),
  description: text(
    'Connections and names that were blocked work from now on. A tear-down of the whole network looks the same.',
    'Desde ahora funcionan conexiones y nombres que estaban bloqueados. El desmontaje de toda la red se ve igual.',
  ),
  severity: 'high',
  attack: ['T1562.007'],
  apis: [
    'network-firewall:DeleteFirewall',
    'network-firewall:DeleteFirewallPolicy',
    'network-firewall:DeleteRuleGroup',
    'network-firewall:DisassociateSubnets',
    'network-firewall:UpdateLoggingConfiguration',
    'network-firewall:UpdateFirewallDeleteProtection',
    'route53resolver:DisassociateFirewallRuleGroup',
    'route53resolver:DeleteFirewallRule',
    'route53resolver:DeleteFirewallRuleGroup',
  ],
  when: (record) =>
    machinery(record) || !removes(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'firewallName', 'firewallArn', 'firewallPolicyName', 'ruleGroupName', 'firewallRuleGroupAssociationId', 'firewallRuleGroupId')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'firewallName', 'firewallArn', 'firewallPolicyName', 'ruleGroupName', 'firewallRuleGroupAssociationId', 'firewallRuleGroupId')}.`,
        ),
  examples: {
    hits: [
      example('deleted', call('network-firewall:DeleteFirewall', { firewallName: 'edge' })),
      example(
        'no log destination left',
        call('network-firewall:UpdateLoggingConfiguration', { firewallName: 'edge', loggingConfiguration: { logDestinationConfigs: [] } }),
      ),
      example('refused', denied('route53resolver:DisassociateFirewallRuleGroup', { firewallRuleGroupAssociationId: 'rslvr-frgassoc-1' })),
    ],
    quiet: [
      example(
        'a log destination set',
        call('network-firewall:UpdateLoggingConfiguration', {
          firewallName: 'edge',
          loggingConfiguration: { logDestinationConfigs: [{ logType: 'ALERT', logDestinationType: 'S3' }] },
        }),
      ),
      example('protected', call('network-firewall:UpdateFirewallDeleteProtection', { firewallName: 'edge', deleteProtection: true })),
    ],
  },
};
