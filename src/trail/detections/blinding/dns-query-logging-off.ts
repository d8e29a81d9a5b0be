import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Logging of DNS queries switched off', 'Registro de consultas DNS desactivado'),
  description: text(
    'Names that machines look up show command and control and data tunnelled out; nothing keeps them from now on.',
    'Los nombres que consultan las máquinas muestran mando y control y datos sacados por túnel; desde ahora nada los guarda.',
  ),
  severity: 'medium',
  attack: ['T1562.008'],
  apis: ['route53:DeleteQueryLoggingConfig', 'route53resolver:DeleteResolverQueryLogConfig', 'route53resolver:DisassociateResolverQueryLogConfig'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'id', 'resolverQueryLogConfigId', 'resourceId')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'id', 'resolverQueryLogConfigId', 'resourceId')}.`,
        ),
  examples: {
    hits: [
      example('of a VPC', call('route53resolver:DisassociateResolverQueryLogConfig', { resolverQueryLogConfigId: 'rqlc-1', resourceId: 'vpc-1' })),
      example('refused', denied('route53:DeleteQueryLoggingConfig', { id: '1' })),
    ],
    quiet: [
      example('by RAM', byService('ram', 'route53resolver:DisassociateResolverQueryLogConfig', { resolverQueryLogConfigId: 'rqlc-1' })),
      example('by Route 53', byService('route53', 'route53:DeleteQueryLoggingConfig', { id: '1' })),
    ],
  },
};
