import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, below, list, machinery, shown, who, word } from '../data/reading.ts';

const changes = (record: TrailRecord) =>
  list(asked(record, 'changeBatch.changes')).filter(
    (one) => ['NS', 'MX', 'CAA', 'DS'].includes(word(below(one, 'resourceRecordSet.type'))) && word(below(one, 'action')) !== 'DELETE',
  );

export const detection: Detection = {
  title: text('Name servers, mail or ownership records of a domain changed', 'Servidores de nombres, correo o registros de propiedad de un dominio cambiados'),
  description: text(
    'Whoever sets NS records owns the names below; MX receives the mail and with it password resets; CAA lets another authority issue certificates.',
    'Quien pone registros NS es dueño de los nombres de debajo; MX recibe el correo y con él los cambios de contraseña; CAA deja emitir certificados a otra autoridad.',
  ),
  severity: 'medium',
  attack: ['T1584.002', 'T1557'],
  apis: ['route53:ChangeResourceRecordSets'],
  when: (record) =>
    machinery(record) || !(changes(record).length > 0)
      ? undefined
      : text(
          `${who(record)} set ${shown(word(below(changes(record)[0], 'resourceRecordSet.type')))} records of ${shown(word(below(changes(record)[0], 'resourceRecordSet.name')))}.`,
          `${who(record)} puso registros ${shown(word(below(changes(record)[0], 'resourceRecordSet.type')))} de ${shown(word(below(changes(record)[0], 'resourceRecordSet.name')))}.`,
        ),
  examples: {
    hits: [
      example(
        'mail',
        call('route53:ChangeResourceRecordSets', {
          hostedZoneId: 'Z1',
          changeBatch: {
            changes: [
              { action: 'UPSERT', resourceRecordSet: { name: 'example.org.', type: 'MX', tTL: 60, resourceRecords: [{ value: '10 mx.example.net' }] } },
            ],
          },
        }),
      ),
      example(
        'a delegation, refused',
        denied('route53:ChangeResourceRecordSets', {
          hostedZoneId: 'Z1',
          changeBatch: { changes: [{ action: 'CREATE', resourceRecordSet: { name: 'x.example.org.', type: 'NS' } }] },
        }),
      ),
    ],
    quiet: [
      example(
        'an address',
        call('route53:ChangeResourceRecordSets', {
          hostedZoneId: 'Z1',
          changeBatch: { changes: [{ action: 'UPSERT', resourceRecordSet: { name: 'www.example.org.', type: 'A' } }] },
        }),
      ),
      example(
        'mail no longer',
        call('route53:ChangeResourceRecordSets', {
          hostedZoneId: 'Z1',
          changeBatch: { changes: [{ action: 'DELETE', resourceRecordSet: { name: 'example.org.', type: 'MX' } }] },
        }),
      ),
    ],
  },
};
