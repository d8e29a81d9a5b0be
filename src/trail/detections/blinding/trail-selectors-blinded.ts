import { type Text, text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, below, list, machinery, named, no, shown, strings, who, word } from '../data/reading.ts';

const COSTLY = /^(kms|rdsdata)\.amazonaws\.com$/;
/** What the selectors leave out, in words; undefined for nothing that matters. */
function leftOut(record: TrailRecord): Text | undefined {
  const basic = list(asked(record, 'eventSelectors'));
  if (basic.length > 0) {
    if (!basic.some((one) => !no(below(one, 'includeManagementEvents')))) return text('all management events', 'todos los eventos de gestión');
    const types = basic.map((one) => below(one, 'readWriteType'));
    if (!types.some((type) => type === undefined || type === 'All') && !(types.includes('ReadOnly') && types.includes('WriteOnly')))
      return types.includes('ReadOnly') ? text('everything that writes', 'todo lo que escribe') : text('everything that reads', 'todo lo que lee');
    const sources = basic.flatMap((one) => strings(below(one, 'excludeManagementEventSources'))).filter((source) => !COSTLY.test(source));
    return sources.length > 0 ? text(`events of ${shown(sources.join(', '))}`, `eventos de ${shown(sources.join(', '))}`) : undefined;
  }
  const advanced = list(asked(record, 'advancedEventSelectors'));
  if (advanced.length === 0) return undefined;
  const fields = advanced.map((one) => list(below(one, 'fieldSelectors')));
  const management = fields.filter((some) =>
    some.some((one) => below(one, 'field') === 'eventCategory' && strings(below(one, 'equals')).includes('Management')),
  );
  if (management.length === 0) return text('all management events', 'todos los eventos de gestión');
  // A selector that has no more than the category (and costly sources left out) lets everything through.
  const limits = management.map((some) =>
    some.filter(
      (one) =>
        below(one, 'field') !== 'eventCategory' && !strings(below(one, 'notEquals')).every((value) => value === below(one, 'field') || COSTLY.test(value)),
    ),
  );
  if (limits.some((some) => some.length === 0)) return undefined;
  const about = shown([...new Set(limits.flat().map((one) => word(below(one, 'field'))))].join(', '));
  return text(`management events, chosen by ${about}`, `eventos de gestión, según ${about}`);
}

export const detection: Detection = {
  title: text('Trail told to leave events out', 'Se ordenó a un trail omitir eventos'),
  description: text(
    'The event selectors now leave out management events, reads or writes, or some service, user or API. The trail goes on and looks healthy. Leaving out KMS or RDS Data API events to save money is common; leaving out all management events is not.',
    'Los selectores omiten ahora eventos de gestión, lecturas o escrituras, o algún servicio, usuario o API. El trail sigue y parece sano. Omitir eventos de KMS o de RDS Data API para ahorrar es corriente; omitir todos los de gestión no lo es.',
  ),
  severity: 'high',
  attack: ['T1562.008'],
  apis: ['cloudtrail:PutEventSelectors'],
  when(record) {
    const what = machinery(record) ? undefined : leftOut(record);
    return (
      what &&
      text(
        `${who(record)} told trail ${named(record, 'trailName')} to leave out ${what.en}.`,
        `${who(record)} ordenó al trail ${named(record, 'trailName')} omitir ${what.es}.`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'no management events',
        call('cloudtrail:PutEventSelectors', {
          trailName: 'main',
          eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: false, dataResources: [] }],
        }),
      ),
      example(
        'reads only',
        call('cloudtrail:PutEventSelectors', { trailName: 'main', eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: true }] }),
      ),
      example(
        'one user left out',
        call('cloudtrail:PutEventSelectors', {
          trailName: 'main',
          advancedEventSelectors: [
            {
              fieldSelectors: [
                { field: 'eventCategory', equals: ['Management'] },
                { field: 'userIdentity.arn', notEquals: ['arn:aws:iam::111122223333:user/eve'] },
              ],
            },
          ],
        }),
      ),
      example('refused', denied('cloudtrail:PutEventSelectors', { trailName: 'main', eventSelectors: [{ includeManagementEvents: false }] })),
    ],
    quiet: [
      example(
        'everything',
        call('cloudtrail:PutEventSelectors', {
          trailName: 'main',
          eventSelectors: [{ readWriteType: 'All', includeManagementEvents: true, excludeManagementEventSources: [] }],
        }),
      ),
      example(
        'without the events of KMS',
        call('cloudtrail:PutEventSelectors', {
          trailName: 'main',
          eventSelectors: [{ readWriteType: 'All', includeManagementEvents: true, excludeManagementEventSources: ['kms.amazonaws.com'] }],
        }),
      ),
      example(
        'the same in the other form',
        call('cloudtrail:PutEventSelectors', {
          trailName: 'main',
          advancedEventSelectors: [
            {
              fieldSelectors: [
                { field: 'eventCategory', equals: ['Management'] },
                { field: 'eventSource', notEquals: ['kms.amazonaws.com'] },
              ],
            },
            {
              fieldSelectors: [
                { field: 'eventCategory', equals: ['Data'] },
                { field: 'resources.type', equals: ['AWS::S3::Object'] },
              ],
            },
          ],
        }),
      ),
    ],
  },
};
