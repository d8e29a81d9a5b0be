import { type ActionContext, type Found, type JsonObject, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed, time } from './describe.ts';
import { foundAt } from './regional.ts';

interface Deleted {
  EventTime?: string;
  Username?: string;
  CloudTrailEvent?: string;
}
const MOST = 20;

/**
 * What watched over the account and is not there any more: nothing lists it, only CloudTrail knows. For 90 days back.
 * @param member of requestParameters that names the thing
 */
export async function* deleted(
  ctx: ActionContext,
  region: string,
  event: string,
  member: string,
  make: (id: string) => { type: string; arn: string; what: readonly [en: string, es: string] },
): AsyncIterable<Found> {
  const events = listed<Deleted>(ctx, 'cloudtrail', region, 'LookupEvents', 'Events', {
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: event }],
  });
  let count = 0;
  for await (const one of events) {
    const name = namedIn(one.CloudTrailEvent, member);
    if (name === undefined) continue;
    const id = name.split('/').at(-1)!;
    const { type, arn, what } = make(id);
    const by = oneLine(one.Username, 64);
    yield foundAt(ctx, type, region, name.startsWith('arn:') ? name : arn, id, {
      createdAt: null,
      alive: false,
      reasons: [{ code: 'blinded', text: text(`${what[0]} was deleted${by ? ` by ${by}` : ''}`, `se eliminó ${what[1]}${by ? ` por ${by}` : ''}`) }],
      detail: { deletedAt: time(one.EventTime) } as JsonObject,
    });
    if (++count >= MOST) return;
  }
}
/** The name of the thing in a deletion that was not refused. Events are hostile text. */
function namedIn(raw: string | undefined, member: string): string | undefined {
  try {
    const record = JSON.parse(raw ?? '');
    const value = record?.requestParameters?.[member];
    return typeof record?.errorCode !== 'string' && typeof value === 'string' && value.length > 0 && value.length <= 512 ? value : undefined;
  } catch {
    return undefined;
  }
}
