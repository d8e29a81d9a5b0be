import { many, plainText, time } from '../../i18n/index.ts';
import type { Found, Lang } from '../../kernel/index.ts';
import { type HuntResult, isByKey } from '../../procedure/shared/hunt-result.ts';
import { money } from './money.ts';
import { fold, type Paint } from './paint.ts';

const WIDTH = 100;
const MOST = 8;

/** "4 × EC2::Instance, 2 × IAM::User": the most frequent kinds first. */
function kinds(found: readonly Found[]): string {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one.type, (counts.get(one.type) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const shown = sorted.slice(0, MOST).map(([type, each]) => `${each > 1 ? `${each} × ` : ''}${plainText(type.replace(/^AWS::/, ''), 60)}`);
  return [...shown, ...(sorted.length > MOST ? [`+${sorted.length - MOST}`] : [])].join(', ');
}
const some = (names: readonly string[], most = 6): string =>
  `${names
    .slice(0, most)
    .map((name) => plainText(name, 80))
    .join(', ')}${names.length > most ? `, +${names.length - most}` : ''}`;
const unique = (values: Iterable<string>): string[] => [...new Set(values)];

/**
 * The hunt for a person who has a minute: what was done with the credential, what it made and where, what still lives and costs,
 * what could not be looked at and why.
 */
export function huntSummary(hunt: HuntResult, lang: Lang, ink: Paint): string[] {
  const es = lang === 'es';
  const lines: string[] = [''];
  const heading = (text: string): void => void lines.push(`       ${ink.bold(text)}`);
  const say = (text: string): void => void lines.push(...fold(text, WIDTH, '         ').split('\n'));

  const { narrowed } = hunt;
  if (narrowed) {
    heading(ink.yellow(es ? 'Solo se buscó en una parte: lo demás queda sin mirar' : 'Only a part was looked at: the rest is not known to be clean'));
    if (narrowed.regions.length > 0) say(`${es ? 'regiones' : 'regions'}: ${some(narrowed.regions)}`);
    if (narrowed.types.length > 0) say(`${es ? 'tipos' : 'types'}: ${some(narrowed.types)}`);
  }
  const made = hunt.found.filter((one) => one.byKey === true);
  const changed = hunt.found.filter((one) => one.byKey !== true && isByKey(one));
  const living = made.filter((one) => one.alive && one.detail?.state !== 'not visible');
  const calls = hunt.tree.reduce((sum, one) => sum + one.calls, 0);
  const denied = hunt.tree.reduce((sum, one) => sum + one.denied, 0);
  const probed = hunt.tree.reduce((sum, one) => sum + one.probed, 0);
  if (hunt.tree.length > 0) {
    const times = hunt.tree.flatMap((one) => (one.first && one.last ? [one.first, one.last] : [])).sort();
    heading(es ? 'Qué se hizo con la credencial' : 'What was done with the credential');
    say(
      es
        ? `${many(calls, 'llamada', 'llamadas', lang)} con ${many(hunt.tree.length, 'credencial', 'credenciales', lang)} (la filtrada y las emitidas con ella)${times.length > 0 ? `, del ${time(times[0]!, lang)} al ${time(times.at(-1)!, lang)}` : ''}`
        : `${many(calls, 'call', 'calls', lang)} with ${many(hunt.tree.length, 'credential', 'credentials', lang)} (the leaked one and those issued with it)${times.length > 0 ? `, from ${time(times[0]!, lang)} to ${time(times.at(-1)!, lang)}` : ''}`,
    );
    const addresses = unique(hunt.tree.flatMap((one) => one.addresses));
    if (addresses.length > 0) say(`${es ? 'desde' : 'from'} ${some(addresses)}`);
    const refused = unique(hunt.tree.flatMap((one) => one.refused));
    if (denied > 0)
      say(`${es ? `${denied} rechazadas por falta de permiso` : `${denied} refused for lack of permission`}${refused.length > 0 ? `: ${some(refused)}` : ''}`);
    if (probed > 0)
      say(
        es
          ? `${many(probed, 'intento', 'intentos', lang)} en seco (DryRun): alguien quería saber qué podía`
          : `${many(probed, 'dry run', 'dry runs', lang)}: somebody wanted to know what was possible`,
      );
  }

  heading(es ? `Lo que creó: ${made.length}; vive todavía: ${living.length}` : `What it made: ${made.length}; still there: ${living.length}`);
  if (made.length === 0) say(es ? 'nada que se haya encontrado' : 'nothing that was found');
  for (const region of unique(made.map((one) => one.region)).sort()) {
    const here = made.filter((one) => one.region === region);
    const gone = here.filter((one) => one.detail?.state === 'gone' || !one.alive).length;
    const hidden = here.filter((one) => one.detail?.state === 'not visible').length;
    const notes = [
      ...(gone > 0 ? [es ? `${gone} ya no existen` : `${gone} gone`] : []),
      ...(hidden > 0 ? [es ? `${hidden} no se ven` : `${hidden} not visible`] : []),
    ];
    say(`${region}: ${kinds(here)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`);
  }
  if (changed.length > 0) {
    heading(es ? `Lo que modificó: ${changed.length}` : `What it changed: ${changed.length}`);
    say(kinds(changed));
  }
  const others = hunt.found.filter((one) => !isByKey(one) && one.suspicion !== 'low');
  if (others.length > 0) {
    heading(es ? `Otras cosas que merecen una mirada: ${others.length}` : `Other things that deserve a look: ${others.length}`);
    say(kinds(others));
  }
  const { costs } = hunt;
  if (costs.priced > 0) {
    heading(
      es
        ? `Cuesta ahora unos ${money(costs.perHour, lang)} USD por hora; hasta ahora unos ${money(costs.soFar, lang)} USD`
        : `It costs about USD ${money(costs.perHour, lang)} an hour now; about USD ${money(costs.soFar, lang)} so far`,
    );
    const source = made.find((one) => one.cost)?.cost?.source ?? '';
    say(
      `${es ? 'estimación' : 'an estimate'}: ${source}${costs.unpriced > 0 ? `; ${es ? `no incluye ${many(costs.unpriced, 'cosa', 'cosas', lang)} sin precio conocido` : `without ${many(costs.unpriced, 'thing', 'things', lang)} of which no price is known`}` : ''}`,
    );
  }
  const holders = hunt.holders.filter((one) => !one.byKey);
  if (holders.length > 0) {
    heading(es ? `Cargas suyas que usan roles del atacante: ${holders.length}` : `Workloads of yours that run with roles the attacker held: ${holders.length}`);
    say(some(holders.map((one) => one.arn)));
    say(es ? 'perderán el acceso un momento cuando se revoquen las sesiones' : 'they lose access for a while when the sessions are revoked');
  }
  const blind = hunt.regions.filter((one) => one.status === 'denied' || one.status === 'failed');
  if (blind.length > 0) {
    heading(
      ink.yellow(
        es ? `No se pudo inspeccionar: ${many(blind.length, 'región', 'regiones', lang)}` : `Not inspected: ${many(blind.length, 'region', 'regions', lang)}`,
      ),
    );
    for (const one of blind.slice(0, MOST)) say(`${one.region}: ${plainText(one.why ?? one.status, 160)}`);
    if (blind.length > MOST) say(`+${blind.length - MOST}`);
  }
  const off = hunt.regions.filter((one) => one.status === 'not-enabled');
  if (off.length > 0)
    say(
      ink.dim(
        es
          ? `no habilitadas: ${many(off.length, 'región', 'regiones', lang)}; allí no se ve nada`
          : `not enabled: ${many(off.length, 'region', 'regions', lang)}; nothing can be seen there`,
      ),
    );
  return lines;
}
