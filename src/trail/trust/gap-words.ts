import { type Text, text } from '../../kernel/index.ts';
import type { Blind } from './changes.ts';
import type { Gap, GapReport } from './gaps.ts';
import { when } from './words.ts';

const HOUR = 3_600_000;
const WHY: Readonly<Record<Gap['why'], Text>> = {
  quiet: text('quiet: proved digests say that nothing else was delivered', 'en calma: digests probados dicen que no se entregó nada más'),
  lost: text(
    'log files that proved digests name are not at hand or were altered',
    'faltan o fueron alterados archivos de registro que nombran digests probados',
  ),
  blind: text('logging was off', 'el registro estaba desactivado'),
  unknown: text('nothing at hand says why', 'nada disponible dice por qué'),
};
const KIND: Readonly<Record<Blind['degree'], Text>> = {
  blind: text('blind', 'ciega'),
  half: text('half blind', 'medio ciega'),
  elsewhere: text('recorded elsewhere', 'registrada en otro lugar'),
  unproved: text('without proof', 'sin prueba'),
};
const length = (ms: number): string => {
  const hours = Math.round(ms / 360_000) / 10;
  return hours >= 48 ? `${Math.round(hours / 2.4) / 10} d` : `${hours} h`;
};
const MOST_GAPS = 20;

/** The report in words: what is worth a look first, quiet hours last. */
export function gapSentences(report: Omit<GapReport, 'sentences'>): Text[] {
  const said: Text[] = [];
  for (const one of report.blind) {
    const until = one.until === undefined ? undefined : when(one.until);
    const what = { en: one.what.map(({ en }) => en).join('; '), es: one.what.map(({ es }) => es).join('; ') };
    const [en, es] = [KIND[one.degree].en, KIND[one.degree].es];
    said.push(
      text(
        `Trail ${one.trail}: ${en} from ${when(one.from)} ${until ? `to ${until}` : 'on, and nothing at hand ended it'}: ${what.en}. Events at hand from that time: ${one.seen}.`,
        `Traza ${one.trail}: ${es} desde ${when(one.from)} ${until ? `hasta ${until}` : 'en adelante, y nada disponible lo terminó'}: ${what.es}. Eventos disponibles de ese tiempo: ${one.seen}.`,
      ),
    );
  }
  for (const { account, region, events, files, first, last, gaps } of report.stretches) {
    const where = `${account} ${region}`;
    said.push(
      first === undefined || last === undefined
        ? text(
            `${where}: no event${files > 0 ? `, though ${files} log files are named for it` : ''}.`,
            `${where}: ningún evento${files > 0 ? `, aunque ${files} archivos de registro llevan su nombre` : ''}.`,
          )
        : text(`${where}: ${events} events from ${when(first)} to ${when(last)}.`, `${where}: ${events} eventos de ${when(first)} a ${when(last)}.`),
    );
    // Where there is no event at all, only what digests say of it is worth a line.
    const worth = gaps
      .filter(({ why, from, until }) => why !== 'quiet' && until - from >= HOUR && (first !== undefined || why === 'lost'))
      .sort((a, b) => b.until - b.from - (a.until - a.from));
    for (const gap of worth.slice(0, MOST_GAPS)) {
      const [from, until, span] = [when(gap.from), when(gap.until), length(gap.until - gap.from)];
      const file = gap.noFile === undefined ? { en: '', es: '' } : gap.noFile ? { en: ' and no log file', es: ' ni archivo' } : { en: '', es: '' };
      said.push(
        text(
          `${where}: no event${file.en} from ${from} to ${until} (${span}): ${WHY[gap.why].en}.`,
          `${where}: ningún evento${file.es} de ${from} a ${until} (${span}): ${WHY[gap.why].es}.`,
        ),
      );
    }
    if (worth.length > MOST_GAPS)
      said.push(text(`${where}: ${worth.length - MOST_GAPS} more, shorter.`, `${where}: ${worth.length - MOST_GAPS} más, menores.`));
    const quiet = gaps.filter(({ why }) => why === 'quiet').reduce((sum, { from, until }) => sum + until - from, 0);
    if (quiet > 0)
      said.push(text(`${where}: ${length(quiet)} without an event are ${WHY.quiet.en}.`, `${where}: ${length(quiet)} sin eventos, ${WHY.quiet.es}.`));
  }
  const accounts = new Map<string, string[]>();
  for (const { account, region } of report.uncovered) accounts.set(account, [...(accounts.get(account) ?? []), region]);
  for (const [account, regions] of accounts)
    said.push(
      text(
        `${account}: nothing at all from ${regions.length} regions: ${regions.join(', ')}. What was done there is not at hand.`,
        `${account}: nada de ${regions.length} regiones: ${regions.join(', ')}. Lo que se hizo allí no está disponible.`,
      ),
    );
  const [late, early] = [report.late.filter(({ what }) => what === 'late').length, report.late.filter(({ what }) => what === 'early').length];
  if (late > 0)
    said.push(text(`${late} log files came later than usual after what they hold.`, `${late} archivos de registro llegaron más tarde de lo habitual.`));
  if (early > 0)
    said.push(
      text(
        `${early} log files hold events of a time after their delivery: names or times in them were changed.`,
        `${early} archivos de registro contienen eventos posteriores a su entrega: se cambiaron nombres u horas.`,
      ),
    );
  if (report.undated > 0) said.push(text(`${report.undated} events have no time that is a date.`, `${report.undated} eventos no tienen una hora válida.`));
  return said;
}
