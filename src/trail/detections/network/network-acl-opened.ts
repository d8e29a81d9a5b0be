import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, askedText, machinery, named, no, who } from '../data/reading.ts';
import { isWorld } from './rules.ts';

export const detection: Detection = {
  title: text('Network ACL lets all traffic of the internet in', 'ACL de red que deja entrar todo el tráfico de internet'),
  description: text(
    "The subnet's own filter no longer filters. New networks begin that way; a change of an old one opens what somebody closed on purpose.",
    'El filtro propio de la subred deja de filtrar. Las redes nuevas empiezan así; cambiar una antigua abre lo que alguien cerró a propósito.',
  ),
  severity: 'medium',
  attack: ['T1562.007'],
  apis: ['ec2:CreateNetworkAclEntry', 'ec2:ReplaceNetworkAclEntry'],
  when: (record) =>
    machinery(record) ||
    !(
      askedText(record, 'ruleAction') === 'allow' &&
      no(asked(record, 'egress')) &&
      [askedText(record, 'cidrBlock'), askedText(record, 'ipv6CidrBlock')].some((range) => range !== undefined && isWorld(range)) &&
      ['-1', 'all'].includes(askedText(record, 'aclProtocol') ?? askedText(record, 'protocol') ?? '')
    )
      ? undefined
      : text(
          `${who(record)} let all traffic in by network ACL ${named(record, 'networkAclId')}.`,
          `${who(record)} dejó entrar todo el tráfico por la ACL de red ${named(record, 'networkAclId')}.`,
        ),
  examples: {
    hits: [
      example(
        'all traffic',
        call('ec2:ReplaceNetworkAclEntry', {
          networkAclId: 'acl-1',
          ruleNumber: 100,
          egress: false,
          ruleAction: 'allow',
          cidrBlock: '0.0.0.0/0',
          aclProtocol: '-1',
        }),
      ),
      example(
        'refused',
        denied('ec2:CreateNetworkAclEntry', {
          networkAclId: 'acl-1',
          ruleNumber: 1,
          egress: false,
          ruleAction: 'allow',
          ipv6CidrBlock: '::/0',
          aclProtocol: '-1',
        }),
      ),
    ],
    quiet: [
      example(
        'outwards',
        call('ec2:CreateNetworkAclEntry', { networkAclId: 'acl-1', egress: true, ruleAction: 'allow', cidrBlock: '0.0.0.0/0', aclProtocol: '-1' }),
      ),
      example(
        'denied',
        call('ec2:CreateNetworkAclEntry', { networkAclId: 'acl-1', egress: false, ruleAction: 'deny', cidrBlock: '0.0.0.0/0', aclProtocol: '-1' }),
      ),
    ],
  },
};
