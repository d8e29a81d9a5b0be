import { type Text, text } from '../../kernel/index.ts';
import type { Chain, Hole } from './chains.ts';

/** ISO 8601 of any number: what no date can be becomes the last (or first) one that can. */
export const isoOf = (ms: number): string => new Date(Math.max(-62_135_596_800_000, Math.min(ms, 253_402_300_799_000))).toISOString();
/** `2026-03-02 10:01:31Z` */
export const when = (ms: number): string => (Number.isFinite(ms) ? `${isoOf(ms).slice(0, 19).replace('T', ' ')}Z` : '?');
const HOLE: Readonly<Record<Hole['why'], Text>> = {
  missing: text('digests were taken out or not copied', 'faltan digests: se quitaron o no se copiaron'),
  altered: text('the digest there was altered', 'el digest de ese tramo fue alterado'),
  restart: text(
    'the chain begins anew afterwards, as when logging or validation was switched off and on',
    'la cadena empieza de nuevo después, como cuando se desactiva y reactiva el registro o la validación',
  ),
  unaccounted: text('digests follow each other and leave this time out', 'los digests se siguen y dejan fuera este tiempo'),
};
const hours = (ms: number): string => (ms / 3_600_000).toFixed(1).replace(/\.0$/, '');

/** A chain in words: what stands, where it begins and ends, each hole. */
export function chainSentences(chain: Chain): Text[] {
  const { account, region, trail, digests, holes, absent } = chain;
  const count = (status: string) => digests.filter((one) => one.status === status).length;
  const [valid, altered, unproved] = [count('valid'), count('altered'), count('not-verifiable')];
  const who = `${account} ${region}, ${trail}`;
  const fill = chain.backfill;
  const sentences = [
    text(
      `${who}${fill ? ', backfill' : ''}: ${digests.length} digests from ${when(chain.from)} to ${when(chain.until)}: ${valid} proved, ${altered} altered, ${unproved} not verifiable.`,
      `${who}${fill ? ', relleno' : ''}: ${digests.length} digests de ${when(chain.from)} a ${when(chain.until)}: ${valid} probados, ${altered} alterados, ${unproved} no verificables.`,
    ),
  ];
  if (!fill)
    sentences.push(
      chain.start === 'begun'
        ? text(
            `${who}: the chain begins at ${when(chain.from)}; before that, logging or validation was off.`,
            `${who}: la cadena empieza el ${when(chain.from)}; antes, el registro o la validación estaba desactivado.`,
          )
        : text(
            `${who}: the chain goes back further than ${when(chain.from)}; the digests before are not at hand.`,
            `${who}: la cadena va más atrás del ${when(chain.from)}; los digests anteriores no están disponibles.`,
          ),
      text(
        `${who}: the last digest at hand ends at ${when(chain.until)}; nothing at hand proves that it is the last one.`,
        `${who}: el último digest disponible termina el ${when(chain.until)}; nada disponible prueba que sea el último.`,
      ),
    );
  for (const hole of holes) {
    const [from, until, span] = [when(hole.from), when(hole.until), hours(hole.until - hole.from)];
    sentences.push(
      text(
        `${who}: no digest stands from ${from} to ${until} (${span} h): ${HOLE[hole.why].en}.`,
        `${who}: ningún digest es válido de ${from} a ${until} (${span} h): ${HOLE[hole.why].es}.`,
      ),
    );
  }
  const taken = absent.filter(({ inside }) => inside).length;
  if (taken > 0)
    sentences.push(
      text(`${who}: ${taken} digests are named by others and are not at hand.`, `${who}: ${taken} digests son nombrados por otros y no están disponibles.`),
    );
  return sentences;
}
