import type { Background } from '../detection.ts';
import { apiOf, at, outcomeOf, type TrailRecord, text } from '../event.ts';
import { directGrant } from './grant-direct.ts';
import { identityGrant } from './grant-identity.ts';
import { resourceGrant } from './grant-resource.ts';
import type { Asked, Grant, Known } from './grant-words.ts';

/**
 * What this event really granted and to whom; undefined when it granted nothing: another API, a refused, failed or dry call (unless `known.refused`),
 * a policy that only denies. Role trust (`CreateRole`, `UpdateAssumeRolePolicy`) and resource policies give `outsiders`; policies on identities give
 * `powers`. Own accounts are those of the background and the one the event was recorded for.
 */
export function grantOf(record: TrailRecord, background: Background, known: Known = {}): Grant | undefined {
  if (!known.refused && outcomeOf(record) !== 'done') return undefined;
  const recipient = text(record, 'recipientAccountId');
  const asked: Asked = {
    record,
    api: apiOf(record),
    own: recipient === undefined ? background.accounts : new Set([...background.accounts, recipient]),
    known,
    ask: (path) => text(at(record, 'requestParameters'), path),
  };
  return identityGrant(asked) ?? directGrant(asked) ?? resourceGrant(asked);
}
