import { many } from '../../i18n/index.ts';
import type { Check, Text, Verdict } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import type { Newcomer } from './newcomers.ts';
import type { Told, WatchReading } from './watch-containment.ts';

const AGAIN = text(
  'run aplomb respond leaked-key again: it hunts anew and contains what came since',
  'ejecute de nuevo aplomb respond leaked-key: busca otra vez y contiene lo nuevo',
);
const both = (en: string, es: string): Text => text(en, es);
const few = <T>(all: readonly T[], say: (one: T) => string, most = 6): string =>
  `${all.slice(0, most).map(say).join('; ')}${all.length > most ? `; +${all.length - most}` : ''}`;
const named = (one: Newcomer): string =>
  `${one.what} ${one.id}${one.id === one.of ? '' : ` (${one.of})`}${one.at ? `, ${one.at}` : ''}${one.by ? `, ${one.by}` : ''}`;
const act = (one: Told): string => `${one.time} ${one.call} (${one.region}, ${one.credential ?? one.by})${one.error ? ` ${one.error}` : ''}`;

/** What the good news does not cover. */
const onlyHere = (accounts: readonly string[] = []): readonly [string, string] =>
  accounts.length === 0
    ? ['', '']
    : [
        `; in account ${accounts.join(', ')} only the changes made are watched: hunt again to see what is new there`,
        `; en la cuenta ${accounts.join(', ')} solo se vigilan los cambios hechos: busque de nuevo para ver lo nuevo allí`,
      ];

/** The verdicts of one reading. What could not be read never holds. */
export function judge(reading: WatchReading): Check[] {
  return [stands(reading), credentials(reading), silence(reading)];
}

function stands({ changes, fallen, evidence }: WatchReading): Check {
  const reverted = fallen.filter((one) => one.state === 'reverted');
  const unsure = fallen.filter((one) => one.state === 'unread' || one.state === 'changed');
  const gone = fallen.filter((one) => one.state === 'gone').map((one) => one.step);
  const say = (list: typeof fallen, lang: 'en' | 'es') =>
    few(
      list,
      (one) =>
        `${one.step}${one.by ? ` ${lang === 'es' ? 'por' : 'by'} ${one.by}` : lang === 'es' ? ', aún no se sabe por quién' : ', by whom is not known yet'}`,
    );
  const strangers = [...new Set(reverted.flatMap((one) => one.stranger ?? []))];
  const them =
    strangers.length > 0
      ? [
          `; unless a colleague did it, end what did it too: ${strangers.map((one) => `aplomb contain-key ${one}`).join(', ')}`,
          `; si no fue un compañero, termine también lo que lo hizo: ${strangers.map((one) => `aplomb contain-key ${one}`).join(', ')}`,
        ]
      : ['', ''];
  const verdict: Verdict = reverted.length > 0 ? 'fails' : unsure.length > 0 || changes === 0 ? 'unknown' : 'holds';
  const why =
    reverted.length > 0
      ? both(`REVERTED: ${say(reverted, 'en')}. Next: ${AGAIN.en}${them[0]}`, `REVERTIDO: ${say(reverted, 'es')}. Siguiente: ${AGAIN.es}${them[1]}`)
      : changes === 0
        ? both('nothing has been contained yet', 'aún no se ha contenido nada')
        : unsure.length > 0
          ? both(
              `could not be read, or is neither as before nor as we left it: ${few(unsure, (one) => `${one.step} (${one.seen})`)}`,
              `no se pudo leer, o no está ni como antes ni como lo dejamos: ${few(unsure, (one) => `${one.step} (${one.seen})`)}`,
            )
          : both(
              `${changes === 1 ? 'the one change stands' : `all ${changes} changes stand`}${gone.length > 0 ? `; what they were made on is gone: ${gone.join(', ')}` : ''}`,
              `${changes === 1 ? 'el único cambio sigue' : `los ${changes} cambios siguen`} en pie${gone.length > 0 ? `; ya no existe aquello en que se hicieron: ${gone.join(', ')}` : ''}`,
            );
  return check('containment-stands', verdict, why, evidence);
}

function credentials({ newcomers, unread, compared, from, elsewhere, evidence }: WatchReading): Check {
  const his = newcomers.filter((one) => one.whose === 'tree' && one.alive);
  const unknown = newcomers.filter((one) => one.whose === 'unknown' && one.alive);
  const others = newcomers.filter((one) => one.whose === 'other');
  const dead = newcomers.filter((one) => one.whose !== 'other' && !one.alive).length;
  const blind = unread.filter((one) => one.startsWith('iam:'));
  const rest =
    others.length > 0 ? [`; by others, named and not accused: ${few(others, named)}`, `; de otros, nombrados y no acusados: ${few(others, named)}`] : ['', ''];
  const verdict: Verdict = his.length > 0 ? 'fails' : unknown.length > 0 || blind.length > 0 ? 'unknown' : 'holds';
  const why =
    his.length > 0
      ? both(`NEW since ${from}: ${few(his, named)}. Next: ${AGAIN.en}${rest[0]}`, `NUEVO desde ${from}: ${few(his, named)}. Siguiente: ${AGAIN.es}${rest[1]}`)
      : unknown.length > 0
        ? both(
            `new since ${from}, and CloudTrail has not delivered yet who made it (about 5 minutes): ${few(unknown, named)}${rest[0]}`,
            `nuevo desde ${from}, y CloudTrail aún no dice quién lo creó (unos 5 minutos): ${few(unknown, named)}${rest[1]}`,
          )
        : blind.length > 0
          ? both(`not all of IAM could be read: ${few(blind, (one) => one)}${rest[0]}`, `no se pudo leer todo IAM: ${few(blind, (one) => one)}${rest[1]}`)
          : both(
              `no new way in by the attacker since ${from}${compared ? '' : ' (by dates only: there is no picture of IAM from before)'}${dead > 0 ? `; ${dead} made and denied` : ''}${onlyHere(elsewhere)[0]}${rest[0]}`,
              `ninguna nueva vía de entrada del atacante desde ${from}${compared ? '' : ' (solo por fechas: no hay estado previo de IAM)'}${dead > 0 ? `; ${dead} creadas y denegadas` : ''}${onlyHere(elsewhere)[1]}${rest[1]}`,
            );
  return check('no-new-credential', verdict, why, evidence);
}

function silence({ done, unhunted, refused, unread, from, elsewhere, evidence }: WatchReading): Check {
  const blind = unread.filter((one) => !one.startsWith('iam:'));
  const knocks =
    refused.length > 0
      ? [
          `; ${many(refused.length, 'call was', 'calls were', 'en')} refused: ${few(refused, act, 3)}`,
          `; ${many(refused.length, 'llamada rechazada', 'llamadas rechazadas', 'es')}: ${few(refused, act, 3)}`,
        ]
      : ['', ''];
  const verdict: Verdict = done.length > 0 ? 'fails' : unhunted.length > 0 || blind.length > 0 ? 'unknown' : 'holds';
  const why =
    done.length > 0
      ? both(
          `ACTED after being cut off: ${few(done, act)}. Next: ${AGAIN.en}${knocks[0]}`,
          `ACTUÓ tras ser cortado: ${few(done, act)}. Siguiente: ${AGAIN.es}${knocks[1]}`,
        )
      : unhunted.length > 0
        ? both(
            `it changed things that the hunt has not seen: ${few(unhunted, act)}. Next: ${AGAIN.en}${knocks[0]}`,
            `cambió cosas que la búsqueda no vio: ${few(unhunted, act)}. Siguiente: ${AGAIN.es}${knocks[1]}`,
          )
        : blind.length > 0
          ? both(`not everything could be read: ${few(blind, (one) => one)}${knocks[0]}`, `no se pudo leer todo: ${few(blind, (one) => one)}${knocks[1]}`)
          : both(
              `no act of the attacker since ${from} that CloudTrail has delivered (it takes about 5 minutes)${onlyHere(elsewhere)[0]}${knocks[0]}`,
              `ningún acto del atacante desde ${from} que CloudTrail haya entregado (tarda unos 5 minutos)${onlyHere(elsewhere)[1]}${knocks[1]}`,
            );
  return check('no-act-since', verdict, why, evidence);
}
