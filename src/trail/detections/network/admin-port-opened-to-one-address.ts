import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { machinery, named, shown, who } from '../data/reading.ts';
import { adminPort, rulesOf } from './rules.ts';

const PRIVATE = /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80)/i;
const single = (range: string): boolean => /\/(32|128)$/.test(range) && !PRIVATE.test(range);
const addresses = (record: TrailRecord): readonly string[] => rulesOf(record).flatMap((rule) => (adminPort(rule) ? rule.ranges.filter(single) : []));

export const detection: Detection = {
  title: text('Port of administration opened to one public address', 'Puerto de administración abierto a una sola dirección pública'),
  description: text(
    'Administrators let their own address in that way, and so does an attacker who does not want company. Compare the address with those of the trail and of the owner.',
    'Los administradores dejan entrar así su propia dirección, y también un atacante que no quiere compañía. Compare la dirección con las del trail y las del dueño.',
  ),
  severity: 'low',
  attack: ['T1562.007'],
  apis: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:ModifySecurityGroupRules'],
  sql: "regexp_matches(requestParameters::VARCHAR, '/(32|128)\"')",
  when: (record) =>
    machinery(record) || !(addresses(record).length > 0)
      ? undefined
      : text(
          `${who(record)} let ${shown(addresses(record).slice(0, 3).join(', '))} in to security group ${named(record, 'groupId', 'groupName')}.`,
          `${who(record)} dejó entrar a ${shown(addresses(record).slice(0, 3).join(', '))} en el grupo de seguridad ${named(record, 'groupId', 'groupName')}.`,
        ),
  examples: {
    hits: [
      example(
        'SSH from one address',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '203.0.113.9/32' }] } }] },
        }),
      ),
      example(
        'refused',
        denied('ec2:AuthorizeSecurityGroupIngress', { groupId: 'sg-1', ipProtocol: 'tcp', fromPort: 3389, toPort: 3389, cidrIp: '203.0.113.9/32' }),
      ),
    ],
    quiet: [
      example(
        'a private address',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '10.1.2.3/32' }] } }] },
        }),
      ),
      example(
        'a web port',
        call('ec2:AuthorizeSecurityGroupIngress', {
          groupId: 'sg-1',
          ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: { items: [{ cidrIp: '203.0.113.9/32' }] } }] },
        }),
      ),
    ],
  },
};
