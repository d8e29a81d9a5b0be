import type { Found, Reason } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { oneLine } from '../shared/names.ts';

const STRONG = new Set<Reason['code']>(['public', 'shared-outside', 'outsider-trust', 'blinded', 'runs-code', 'hidden']);
const HEAVY = new Set<Reason['code']>(['gpu', 'large', 'admin']);

/** Reasons of the join beside those the hunter saw, and the judgement. @param fresh nothing of the account was in that region before the window */
export function judged(one: Found, since: string, fresh: boolean): Found {
  const reasons: Reason[] = [];
  const changed = one.detail?.changedByKey === true;
  const how = (en: string, es: string) =>
    text(
      `${en} with ${one.session ?? 'a credential of the tree'}${one.event ? ` (${oneLine(one.event, 60)})` : ''}`,
      `${es} con ${one.session ?? 'una credencial del árbol'}${one.event ? ` (${oneLine(one.event, 60)})` : ''}`,
    );
  const through = typeof one.detail?.through === 'string' ? oneLine(one.detail.through, 160) : null;
  if (one.byKey === true)
    reasons.push({
      code: 'by-key',
      text:
        through === null
          ? how('made', 'creado')
          : text(`started by ${through}, which was made with ${one.session ?? 'the tree'}`, `iniciado por ${through}, creado con ${one.session ?? 'el árbol'}`),
    });
  if (changed) reasons.push({ code: 'changed-by-key', text: how('changed', 'modificado') });
  if (fresh)
    reasons.push({ code: 'new-region', text: text(`nobody used ${one.region} before, nor does now`, `nadie usaba ${one.region} antes, ni la usa ahora`) });
  reasons.push(...(one.reasons ?? []).filter((reason) => !reasons.some((known) => known.code === reason.code)));
  const recent = one.createdAt !== null && one.createdAt >= since;
  const unknown = one.createdBy === undefined;
  if (recent && one.byKey !== true && !changed)
    reasons.push({
      code: 'in-window',
      text: unknown
        ? text(
            'made in the window; who made it is not in the events that could be read',
            'creado en la ventana; los eventos que se pudieron leer no dicen quién lo creó',
          )
        : text(`made in the window, by ${oneLine(one.createdBy, 120)}`, `creado en la ventana, por ${oneLine(one.createdBy, 120)}`),
    });
  const has = (codes: ReadonlySet<Reason['code']>) => reasons.some((reason) => codes.has(reason.code));
  const suspicion =
    one.byKey === true || changed || fresh
      ? 'high'
      : // Somebody known made it: his own affair, unless it opens a door.
        has(STRONG)
        ? recent && unknown
          ? 'high'
          : 'medium'
        : recent && unknown
          ? 'medium'
          : has(HEAVY) && recent
            ? 'medium'
            : 'low';
  return { ...one, reasons, suspicion };
}
