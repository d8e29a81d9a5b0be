import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { machinery, named, who } from '../data/reading.ts';
import { adminPort, isWide, isWorld, rulesOf, WORLD_NAMED } from './rules.ts';

/** Administrative ports that the world gets; rules for all ports have a detection of their own. */
const opened = (record: TrailRecord): readonly string[] =>
  rulesOf(record).flatMap((rule) => (!isWide(rule) && rule.protocol !== 'icmp' && rule.ranges.some(isWorld) ? (adminPort(rule) ?? []) : []));

export const detection: Detection = {
  title: text('Port of administration or of a database opened to the internet', 'Puerto de administración o de base de datos abierto a internet'),
  description: text(
    'A security group lets every address in to SSH, RDP, a database or the like. Developers do it in haste; attackers do it to come back. See which machines wear the group, and their flow logs since.',
    'Un grupo de seguridad deja entrar a cualquier dirección por SSH, RDP, una base de datos o similar. Los desarrolladores lo hacen con prisa; los atacantes, para volver. Mire qué máquinas llevan el grupo y sus flow logs desde entonces.',
  ),
  severity: 'high',
  attack: ['T1562.007', 'T1133'],
  apis: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:ModifySecurityGroupRules'],
  sql: WORLD_NAMED,
  when(record) {
    const ports = machinery(record) ? [] : [...new Set(opened(record))].slice(0, 5).join(', ');
    if (ports.length === 0) return undefined;
    const group = named(record, 'groupId', 'groupName');
    return text(
      `${who(record)} opened port ${ports} of security group ${group} to the whole internet.`,
      `${who(record)} abrió el puerto ${ports} del grupo de seguridad ${group} a todo internet.`,
    );
  },
  examples: {
    hits: [
      example(
        'SSH, in the short form',
        call('ec2:AuthorizeSecurityGroupIngress', { groupId: 'sg-1', ipPermissions: {}, ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' }),
      ),
      example(
        'RDP, IPv6',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 3380, toPort: 3400, ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] } }] },
        }),
      ),
      example(
        'a rule changed',
        call('ec2:ModifySecurityGroupRules', {
          ModifySecurityGroupRulesRequest: {
            GroupId: 'sg-1',
            SecurityGroupRule: {
              tag: 1,
              SecurityGroupRuleId: 'sgr-1',
              SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, CidrIpv4: '0.0.0.0/0' },
            },
          },
        }),
      ),
      example(
        'refused',
        denied('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
        }),
      ),
    ],
    quiet: [
      example(
        'a web server',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
        }),
      ),
      example(
        'SSH from inside',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] } }] },
        }),
      ),
    ],
  },
};
