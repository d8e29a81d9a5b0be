import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, below, list, longTermKey, machinery, shown, who, word } from '../data/reading.ts';

const changes = (record: TrailRecord) =>
  list(asked(record, 'changeBatch.changes')).filter(
    (one) =>
      ['A', 'AAAA', 'CNAME'].includes(word(below(one, 'resourceRecordSet.type'))) &&
      word(below(one, 'action')) === 'UPSERT' &&
      !/^_/.test(word(below(one, 'resourceRecordSet.name'))),
  );

export const detection: Detection = {
  title: text('Addresses of names changed in Route 53', 'Direcciones de nombres cambiadas en Route 53'),
  description: text(
    'Names point elsewhere. Deployments do it all day; in an incident read each new value.',
    'Los nombres apuntan a otro sitio. Los despliegues lo hacen todo el día; en un incidente lea cada valor nuevo.',
  ),
  severity: 'low',
  attack: ['T1584.002', 'T1557'],
  apis: ['route53:ChangeResourceRecordSets'],
  when: (record) =>
    machinery(record) || !(longTermKey(record) && changes(record).length > 0)
      ? undefined
      : text(
          `${who(record)} pointed ${shown(word(below(changes(record)[0], 'resourceRecordSet.name')))} elsewhere, with a long-term key.`,
          `${who(record)} apuntó ${shown(word(below(changes(record)[0], 'resourceRecordSet.name')))} a otro sitio, con una clave permanente.`,
        ),
  examples: {
    hits: [
      example(
        'a name',
        call('route53:ChangeResourceRecordSets', {
          hostedZoneId: 'Z1',
          changeBatch: { changes: [{ action: 'UPSERT', resourceRecordSet: { name: 'login.example.org.', type: 'A' } }] },
        }),
      ),
      example(
        'refused',
        denied('route53:ChangeResourceRecordSets', {
          hostedZoneId: 'Z1',
          changeBatch: { changes: [{ action: 'UPSERT', resourceRecordSet: { name: 'www.example.org.', type: 'CNAME' } }] },
        }),
      ),
    ],
    quiet: [
      example(
        'proof for a certificate',
        call('route53:ChangeResourceRecordSets', {
          hostedZoneId: 'Z1',
          changeBatch: { changes: [{ action: 'UPSERT', resourceRecordSet: { name: '_acme.example.org.', type: 'CNAME' } }] },
        }),
      ),
      example(
        'by a deployment role',
        call(
          'route53:ChangeResourceRecordSets',
          { hostedZoneId: 'Z1', changeBatch: { changes: [{ action: 'UPSERT', resourceRecordSet: { name: 'www.example.org.', type: 'A' } }] } },
          { userIdentity: { type: 'AssumedRole' } },
        ),
      ),
    ],
  },
};
