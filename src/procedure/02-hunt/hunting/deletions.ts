import { type ActionContext, type Found, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { named } from '../event.ts';
import { foundAt, present } from './found.ts';
import { recentEvents } from './recent-events.ts';

const MOST = 20;
const REACH = 90 * 86_400_000;

/**
 * What watched over the account and is not there any more: nothing lists it, only CloudTrail knows. For 90 days back; permission
 * cloudtrail:LookupEvents.
 * @param member of requestParameters that names the thing, by name or ARN
 */
export async function* deletions(
  ctx: ActionContext,
  region: string,
  event: string,
  member: string,
  make: (id: string) => { type: string; arn: string; what: readonly [en: string, es: string] },
): AsyncIterable<Found> {
  let count = 0;
  for await (const one of recentEvents(ctx, region, event, new Date(ctx.now() - REACH).toISOString())) {
    const { identity, time } = one;
    const name = named(one, member, false).find((value) => value.length <= 512);
    if (!name) continue;
    const id = name.split('/').at(-1)!;
    const { type, arn, what } = make(id);
    const by = oneLine(identity.arn || identity.type, 200);
    yield foundAt(ctx, type, region, name.startsWith('arn:') ? name : arn, id, {
      createdAt: null,
      alive: false,
      reasons: [{ code: 'blinded', text: text(`${what[0]} was deleted${by ? ` by ${by}` : ''}`, `se eliminó ${what[1]}${by ? ` por ${by}` : ''}`) }],
      detail: present({ deletedAt: time, deletedBy: by }),
    });
    if (++count >= MOST) return;
  }
}
