import type { Found } from '../../kernel/index.ts';
import { isByKey } from '../../procedure/shared/hunt-result.ts';
import { csv } from './csv.ts';

const HEADER = [
  'type',
  'id',
  'arn',
  'account',
  'region',
  'created_at',
  'state',
  'by_key',
  'changed_by_key',
  'suspicion',
  'reasons',
  'created_by',
  'credential',
  'event',
  'usd_per_hour',
  'usd_so_far',
];

/** What the hunt found, a line each. Words are English: scripts read them. */
export const huntCsv = (found: readonly Found[]): string =>
  csv(
    HEADER,
    found.map((one) => [
      one.type,
      one.id,
      one.arn,
      one.account,
      one.region,
      one.createdAt,
      typeof one.detail?.state === 'string' ? one.detail.state : one.alive ? 'alive' : 'gone',
      one.byKey === true,
      isByKey(one) && one.byKey !== true,
      one.suspicion,
      one.reasons?.map((reason) => reason.code).join(' '),
      one.createdBy,
      one.session,
      one.event,
      one.cost?.perHour,
      one.cost?.soFar,
    ]),
  );
