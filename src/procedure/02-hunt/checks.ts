import { many } from '../../i18n/index.ts';
import type { Check, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import type { HuntedRegion, HuntResult } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';

const isUnsure = (one: HuntedRegion): boolean => one.status === 'denied' || one.status === 'failed' || one.switched !== undefined;

function regionsInspected(hunt: HuntResult): Check {
  const unsure = hunt.regions.filter(isUnsure);
  const count = (status: HuntedRegion['status']) => hunt.regions.filter((one) => one.status === status).length;
  const named = (lang: 'en' | 'es') =>
    unsure
      .map((one) => {
        const when = one.switched?.join(', ');
        const why = when ? (lang === 'es' ? `activada o desactivada: ${when}` : `switched on or off: ${when}`) : oneLine(one.why ?? one.status, 120);
        return `${one.region}${one.account ? ` ${one.account}` : ''} (${why})`;
      })
      .join('; ');
  const off = count('not-enabled');
  const [inspected, narrow] = [count('inspected'), narrowness(hunt)];
  const words = (lang: 'en' | 'es'): string =>
    [
      ...(narrow ? [narrow[lang]] : []),
      ...(unsure.length > 0
        ? [lang === 'es' ? `sin inspeccionar con certeza: ${named('es')}` : `not inspected for certain: ${named('en')}`]
        : [
            lang === 'es'
              ? many(inspected, 'región inspeccionada', 'regiones inspeccionadas', 'es')
              : many(inspected, 'region inspected', 'regions inspected', 'en'),
          ]),
      ...(off > 0 && unsure.length === 0
        ? [
            lang === 'es'
              ? `${off} sin habilitar: allí no se ve nada, que no es lo mismo que estar limpias`
              : `${off} not enabled: nothing can be seen there, which is not the same as clean`,
          ]
        : []),
    ].join('; ');
  return check('regions-inspected', narrow || unsure.length > 0 || hunt.regions.length === 0 ? 'unknown' : 'holds', text(words('en'), words('es')), []);
}

/** What a narrow hunt leaves out, in words; null: nothing. */
function narrowness({ narrowed }: HuntResult): Text | null {
  if (!narrowed) return null;
  const list = (names: readonly string[]): string =>
    `${names
      .slice(0, 8)
      .map((name) => oneLine(name, 60))
      .join(', ')}${names.length > 8 ? `, +${names.length - 8}` : ''}`;
  const { regions, types } = narrowed;
  const [en, es] = [
    [
      ...(regions.length > 0 ? [`only these regions were asked for: ${list(regions)}`] : []),
      ...(types.length > 0 ? [`only these types were asked for: ${list(types)}`] : []),
    ],
    [
      ...(regions.length > 0 ? [`solo se pidieron estas regiones: ${list(regions)}`] : []),
      ...(types.length > 0 ? [`solo se pidieron estos tipos: ${list(types)}`] : []),
    ],
  ];
  return text(en.join('; '), es.join('; '));
}
/** Events are read region by region; the types asked for change nothing of that. */
const trailNarrowed = (hunt: HuntResult): Text | null =>
  hunt.narrowed && hunt.narrowed.regions.length > 0 ? narrowness({ ...hunt, narrowed: { ...hunt.narrowed, types: [] } }) : null;

function activityRead(hunt: HuntResult): Check {
  const unread = [...new Set(hunt.unread.map((one) => `${one.region || one.of}: ${one.why}`))].join('; ').slice(0, 600);
  const short = hunt.since < hunt.trailSince;
  const narrow = trailNarrowed(hunt);
  return check(
    'key-activity-read',
    unread || short || narrow ? 'unknown' : 'holds',
    narrow && !unread
      ? text(`events were read in a part only; ${narrow.en}`, `se leyeron eventos solo en parte; ${narrow.es}`)
      : unread
        ? text(`not all events could be read: ${unread}`, `no se pudieron leer todos los eventos: ${unread}`)
        : short
          ? text(
              `events were read from ${hunt.trailSince} on: CloudTrail's event history goes back 90 days, not to ${hunt.since}`,
              `se leyeron eventos desde ${hunt.trailSince}: el historial de CloudTrail alcanza 90 días, no hasta ${hunt.since}`,
            )
          : text(
              `every event of every credential from ${hunt.trailSince} to ${hunt.until} that CloudTrail had delivered; delivery takes about 5 minutes, so hunt once more before closing`,
              `todo evento de toda credencial desde ${hunt.trailSince} hasta ${hunt.until} que CloudTrail había entregado; la entrega tarda unos 5 minutos, así que busque de nuevo antes de cerrar`,
            ),
    hunt.evidence,
  );
}

function treeClosed(hunt: HuntResult): Check {
  const doubtful = hunt.leads.filter((one) => one.what === 'session');
  const stranger = hunt.origin.find((one) => !one.followed);
  const narrow = trailNarrowed(hunt);
  const parts = (lang: 'en' | 'es'): string[] => [
    ...(narrow ? [`${lang === 'es' ? 'otras regiones pueden nombrar más credenciales' : 'other regions may name more credentials'}; ${narrow[lang]}`] : []),
    ...(hunt.closed ? [] : [lang === 'es' ? 'puede haber más credenciales de las que se siguieron' : 'there may be more credentials than were followed']),
    ...(doubtful.length > 0
      ? [
          lang === 'es'
            ? `${doubtful.length} sesiones pueden ser del atacante o de un compañero: ${doubtful.map((one) => one.subject).join(', ')}`
            : `${doubtful.length} sessions may be the attacker's or a colleague's: ${doubtful.map((one) => one.subject).join(', ')}`,
        ]
      : []),
    ...(stranger
      ? [
          lang === 'es'
            ? `la emitió ${stranger.credential ?? ''} ${oneLine(stranger.who, 120)} desde ${oneLine(stranger.address, 60)}, que puede ser su dueño legítimo: si no lo es, busque también con esa credencial`
            : `it was issued by ${stranger.credential ?? ''} ${oneLine(stranger.who, 120)} from ${oneLine(stranger.address, 60)}, who may be its rightful owner: if not, hunt with that credential too`,
        ]
      : []),
  ];
  const open = parts('en').length > 0;
  return check(
    'tree-closed',
    open ? 'unknown' : 'holds',
    open
      ? text(parts('en').join('; ').slice(0, 1000), parts('es').join('; ').slice(0, 1000))
      : text(
          `${hunt.tree.length} credentials: the leaked one and all that were issued with it`,
          `${hunt.tree.length} credenciales: la filtrada y todas las emitidas con ella`,
        ),
    hunt.evidence,
  );
}

/** What the hunt can say for certain, and what it cannot. */
export const checksOf = (hunt: HuntResult | null): Check[] =>
  hunt === null
    ? [check('regions-inspected', 'unknown', text('there was no hunt yet', 'aún no hubo búsqueda'), [])]
    : hunt.accessKeyId === null && hunt.principal === null
      ? [regionsInspected(hunt)]
      : [regionsInspected(hunt), activityRead(hunt), treeClosed(hunt)];
