import type { Check } from '../../kernel/index.ts';
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
  return check(
    'regions-inspected',
    unsure.length > 0 || hunt.regions.length === 0 ? 'unknown' : 'holds',
    unsure.length > 0
      ? text(`not inspected for certain: ${named('en')}`, `sin inspeccionar con certeza: ${named('es')}`)
      : text(
          `${count('inspected')} regions inspected; ${off} are not enabled: nothing can be seen there, which is not the same as clean`,
          `${count('inspected')} regiones inspeccionadas; ${off} no están habilitadas: allí no se ve nada, que no es lo mismo que estar limpias`,
        ),
    [],
  );
}

function activityRead(hunt: HuntResult): Check {
  const unread = [...new Set(hunt.unread.map((one) => `${one.region || one.of}: ${one.why}`))].join('; ').slice(0, 600);
  const short = hunt.since < hunt.trailSince;
  return check(
    'key-activity-read',
    unread || short ? 'unknown' : 'holds',
    unread
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
  const parts = (lang: 'en' | 'es'): string[] => [
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
