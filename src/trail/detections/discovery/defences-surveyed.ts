import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, text as at, principalOf, type TrailRecord } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';

/** Services, not APIs: one console page asks many APIs of one service. */
const service = (record: TrailRecord): string => apiOf(record).split(':')[0] ?? '';

export const detection: Detection = {
  title: text('Several security services looked at in a short time', 'Varios servicios de seguridad consultados en poco tiempo'),
  description: text(
    'Who wants to know within ten minutes whether CloudTrail, GuardDuty, Config, Security Hub and their like are on, and what they record, is an auditor or plans what to switch off.',
    'Quien quiere saber en diez minutos si CloudTrail, GuardDuty, Config, Security Hub y similares están activos, y qué registran, es un auditor o planea qué apagar.',
  ),
  severity: 'medium',
  attack: ['T1518.001', 'T1580'],
  apis: [
    'cloudtrail:DescribeTrails',
    'cloudtrail:ListTrails',
    'cloudtrail:GetTrailStatus',
    'cloudtrail:GetEventSelectors',
    'guardduty:ListDetectors',
    'guardduty:GetDetector',
    'guardduty:ListFilters',
    'config:DescribeConfigurationRecorders',
    'config:DescribeConfigurationRecorderStatus',
    'securityhub:DescribeHub',
    'securityhub:GetEnabledStandards',
    'macie2:GetMacieSession',
    'inspector2:BatchGetAccountStatus',
    'access-analyzer:ListAnalyzers',
    'detective:ListGraphs',
    'ec2:DescribeFlowLogs',
    'wafv2:ListWebACLs',
    'monitoring:DescribeAlarms',
    'network-firewall:ListFirewalls',
  ],
  when: (record) =>
    machinery(record) || (at(record, 'userAgent') ?? '').includes('Terraform')
      ? undefined
      : text(
          `${who(record)} looks at one security service after another, now by ${api(record)} in ${region(record)}.`,
          `${who(record)} mira un servicio de seguridad tras otro, ahora con ${api(record)} en ${region(record)}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 4, distinct: service, sql: { by: 'principal', distinct: 'eventSource' } },
  examples: {
    hits: [
      example(
        'four services',
        many(4, (i) =>
          call(['cloudtrail:DescribeTrails', 'guardduty:ListDetectors', 'config:DescribeConfigurationRecorders', 'securityhub:DescribeHub'][i] ?? ''),
        ),
      ),
      example(
        'refused',
        many(4, (i) =>
          denied(['cloudtrail:DescribeTrails', 'guardduty:ListDetectors', 'config:DescribeConfigurationRecorders', 'macie2:GetMacieSession'][i] ?? ''),
        ),
      ),
    ],
    quiet: [
      example(
        'one service',
        many(9, (i) => call(['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'][i % 3] ?? '')),
      ),
      example(
        'Security Hub itself',
        many(4, (i) =>
          byService(
            'securityhub',
            ['cloudtrail:DescribeTrails', 'guardduty:ListDetectors', 'config:DescribeConfigurationRecorders', 'wafv2:ListWebACLs'][i] ?? '',
          ),
        ),
      ),
    ],
  },
};
