import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { machinery, named, who } from '../data/reading.ts';
import { isWide, isWorld, rulesOf, WORLD_NAMED } from './rules.ts';

export const detection: Detection = {
  title: text('All ports of a security group opened to the internet', 'Todos los puertos de un grupo de seguridad abiertos a internet'),
  description: text(
    'Every address may reach every port, or ten thousand of them. Nothing needs that; see which machines wear the group.',
    'Cualquier dirección llega a todos los puertos, o a diez mil. Nada lo necesita; mire qué máquinas llevan el grupo.',
  ),
  severity: 'high',
  attack: ['T1562.007', 'T1133'],
  apis: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:ModifySecurityGroupRules'],
  sql: WORLD_NAMED,
  when: (record) =>
    machinery(record) || !rulesOf(record).some((rule) => isWide(rule) && rule.ranges.some(isWorld))
      ? undefined
      : text(
          `${who(record)} opened all ports of security group ${named(record, 'groupId', 'groupName')} to the whole internet.`,
          `${who(record)} abrió todos los puertos del grupo de seguridad ${named(record, 'groupId', 'groupName')} a todo internet.`,
        ),
  examples: {
    hits: [
      example(
        'every protocol',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: '-1', ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
        }),
      ),
      example(
        'in two halves',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: {
            items: [{ ipProtocol: 'tcp', fromPort: 0, toPort: 65535, ipRanges: { items: [{ cidrIp: '0.0.0.0/1' }, { cidrIp: '128.0.0.0/1' }] } }],
          },
        }),
      ),
      example('refused', denied('ec2:AuthorizeSecurityGroupIngress', { groupId: 'sg-1', ipProtocol: '-1', cidrIp: '0.0.0.0/0' })),
    ],
    quiet: [
      example(
        'within the group',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: '-1', groups: { items: [{ groupId: 'sg-1' }] }, ipRanges: {} }] },
        }),
      ),
      example(
        'pings',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'icmp', fromPort: -1, toPort: -1, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
        }),
      ),
    ],
  },
};
