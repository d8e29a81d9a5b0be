import type { ActionContext, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { oneLine } from '../shared/names.ts';
import type { Identified } from './identify-key.ts';
import { restsOn, type Seen } from './own.ts';

const named = (list: readonly Seen[], own: boolean, lang: 'en' | 'es'): string =>
  list
    .filter((one) => one.own === own)
    .slice(0, 5)
    .map((one) => `${oneLine(one.what, 80)} (${one.why[lang]})`)
    .join('; ');

/** What the latest look at this very key says of whom it hurts to end it. Texts beside the plan; nothing is decided by them. */
export function impactOf(ctx: ActionContext, accessKeyId: string): Text[] {
  const key = ctx.facts.observed['identify-key'] as unknown as Identified | undefined;
  if (!key || key.accessKeyId !== accessKeyId) return [];
  const texts: Text[] = [];
  const { usage } = key;
  if (usage && usage.calls > 0) {
    const more = usage.cut.length > 0 ? ['; there are more calls than were read', '; hay más llamadas de las leídas'] : ['', ''];
    texts.push(
      text(
        `loses access: whatever calls ${usage.services.join(', ')} in ${usage.regions.join(', ')} with it; last call ${usage.last}${more[0]}`,
        `pierde el acceso: lo que llame a ${usage.services.join(', ')} en ${usage.regions.join(', ')} con ella; última llamada ${usage.last}${more[1]}`,
      ),
    );
    for (const [list, en, es] of [
      [usage.addresses, 'addresses', 'direcciones'],
      [usage.agents, 'programs', 'programas'],
    ] as const) {
      if (list.length === 0) continue;
      texts.push(
        text(
          `${en}, as far as can be seen yours: ${named(list, true, 'en') || 'none'}. Unknown: ${named(list, false, 'en') || 'none'}`,
          `${es}, hasta donde se ve suyas: ${named(list, true, 'es') || 'ninguna'}. Desconocidas: ${named(list, false, 'es') || 'ninguna'}`,
        ),
      );
    }
    // A look of an earlier version has none.
    if (usage.basis) texts.push(restsOn(usage.basis));
  } else if (usage && usage.unread.length === 0)
    texts.push(text('CloudTrail shows no use of it in the last 90 days', 'CloudTrail no muestra ningún uso suyo en los últimos 90 días'));
  if (key.unread.length > 0) {
    const why = key.unread.slice(0, 4).join('; ');
    texts.push(text(`what it is used for could not be read in full, because: ${why}`, `no se pudo leer del todo para qué se usa, porque: ${why}`));
  }
  return texts;
}
