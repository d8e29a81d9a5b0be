import { type Text, text } from '../../kernel/index.ts';

export interface BuiltIn {
  readonly title: Text;
  /** What its rows say and what to look at in them. */
  readonly description: Text;
  readonly sql: string;
}

/** As `outcomeOf` has it; a test holds them equal. The answers of calls are long: only those of sign-ins are read. */
const DENIED = `(CASE
    WHEN n IN (SELECT n FROM events WHERE eventName = 'ConsoleLogin' AND (responseElements->>'$.ConsoleLogin') = 'Failure') THEN true
    WHEN coalesce(errorCode, '') = '' THEN coalesce(errorMessage = 'Failed authentication', false)
    WHEN contains(errorCode, 'DryRunOperation') THEN false
    ELSE regexp_matches(errorCode, 'AccessDenied|UnauthorizedOperation|UnauthorizedAccess|NotAuthorized|AuthFailure|Forbidden|^AuthorizationError|InvalidClientTokenId|ExplicitDeny', 'i') END)`;
/** What AWS's services do on their own is left out. */
const PEOPLE = `coalesce(identityType, '') != 'AWSService' AND NOT regexp_matches(coalesce(sourceIPAddress, ''), '\\.amazonaws\\.com(\\.cn)?$|^AWS Internal$')`;
const SERVICE = `regexp_replace(eventSource, '\\.amazonaws\\.com(\\.cn)?$', '')`;

/** Queries over the views that responders ask first. The names are what people type. */
export const BUILT_IN: Readonly<Record<string, BuiltIn>> = {
  'denied-bursts': {
    title: text('Bursts of denied calls', 'Ráfagas de llamadas denegadas'),
    description: text(
      'Ten or more denied calls of one principal from one address within ten minutes, with how many different APIs. Many APIs: somebody tries what a credential may do. One API again and again: more likely a broken job.',
      'Diez o más llamadas denegadas de una misma identidad desde una dirección en diez minutos, y cuántas API distintas. Muchas API: alguien prueba qué permite una credencial. Una sola repetida: más bien una tarea que falla.',
    ),
    sql: `
SELECT time_bucket(INTERVAL 10 MINUTE, time) AS window_start, principal, accessKeyId, sourceIPAddress,
  count(*) AS denied, count(DISTINCT eventSource || ':' || eventName) AS apis, min(time) AS first, max(time) AS last
FROM events WHERE time IS NOT NULL AND ${DENIED}
GROUP BY ALL HAVING count(*) >= 10 ORDER BY apis DESC, denied DESC, window_start`,
  },
  'first-seen-apis': {
    title: text('APIs that a principal used for the first time', 'API que una identidad usó por primera vez'),
    description: text(
      'Per principal (role or user, never a session) each API whose first call came more than a day after the principal was first seen, newest first. In a trail of less than a day there are none.',
      'Por identidad (rol o usuario, nunca una sesión), cada API cuya primera llamada llegó más de un día después de verse la identidad por primera vez, las más recientes antes. En un rastro de menos de un día no hay ninguna.',
    ),
    sql: `
WITH used AS (
  SELECT principal, eventSource, eventName, min(time) AS first, max(time) AS last, count(*) AS calls,
    count(*) FILTER (WHERE ${DENIED}) AS denied
  FROM events WHERE time IS NOT NULL AND ${PEOPLE} GROUP BY ALL),
begun AS (SELECT principal, min(first) AS begin FROM used GROUP BY ALL)
SELECT used.principal, ${SERVICE} AS service, eventName, first, last, calls, denied, begin AS principal_since
FROM used JOIN begun USING (principal) WHERE first > begin + INTERVAL 1 DAY ORDER BY first DESC, used.principal, eventName`,
  },
  'new-addresses': {
    title: text('New addresses of each key', 'Direcciones nuevas de cada clave'),
    description: text(
      'Each address from which an access key was used after it had been used from another one, newest first, with the addresses before it. A key that moves to a network nobody knows is the first thing to check.',
      'Cada dirección desde la que se usó una clave después de haberse usado desde otra, las más recientes antes, con las direcciones anteriores. Una clave que pasa a una red que nadie conoce es lo primero que hay que comprobar.',
    ),
    sql: `
WITH seen AS (
  SELECT accessKeyId, sourceIPAddress, any_value(principal) AS principal, min(time) AS first, max(time) AS last, count(*) AS calls
  FROM events WHERE time IS NOT NULL AND accessKeyId != '' AND sourceIPAddress IS NOT NULL AND ${PEOPLE} GROUP BY accessKeyId, sourceIPAddress),
ranked AS (SELECT *, row_number() OVER (PARTITION BY accessKeyId ORDER BY first, sourceIPAddress) AS place,
  min(first) OVER (PARTITION BY accessKeyId) AS key_since FROM seen)
SELECT accessKeyId, principal, sourceIPAddress, first, last, calls, place - 1 AS addresses_before, key_since
FROM ranked WHERE place > 1 AND first > key_since ORDER BY first DESC, accessKeyId, sourceIPAddress`,
  },
  'issued-keys': {
    title: text('Keys that were given out', 'Claves entregadas'),
    description: text(
      'Each access key that a call gave out, long-lived ones (AKIA) first: who asked, how, from where, and whether, since when and from how many addresses it was used.',
      'Cada clave de acceso que una llamada entregó, primero las permanentes (AKIA): quién la pidió, cómo, desde dónde, y si se usó, desde cuándo y desde cuántas direcciones.',
    ),
    sql: `
WITH used AS (
  SELECT accessKeyId, min(time) AS first_use, max(time) AS last_use, count(*) AS uses, count(DISTINCT sourceIPAddress) AS addresses
  FROM events WHERE accessKeyId IN (SELECT issuedKey FROM events WHERE issuedKey IS NOT NULL) GROUP BY accessKeyId)
SELECT issuedKey, min(time) AS issued, any_value(eventName) AS via, any_value(principal) AS issued_to, any_value(events.accessKeyId) AS issued_with,
  any_value(sourceIPAddress) AS from_address, coalesce(any_value(uses), 0) AS uses, any_value(first_use) AS first_use, any_value(last_use) AS last_use, any_value(addresses) AS addresses
FROM events LEFT JOIN used ON used.accessKeyId = issuedKey WHERE issuedKey IS NOT NULL
GROUP BY issuedKey ORDER BY starts_with(issuedKey, 'AKIA') DESC, issued, issuedKey`,
  },
  'writes-by-region-and-day': {
    title: text('Changes by region and day', 'Cambios por región y día'),
    description: text(
      'Calls that change something and worked, per account, region and day, with how many principals. A region or a night where nobody works stands out.',
      'Llamadas que cambian algo y que funcionaron, por cuenta, región y día, con cuántas identidades. Una región o una noche en que nadie trabaja llama la atención.',
    ),
    sql: `
SELECT recipientAccountId, awsRegion, time::DATE::VARCHAR AS day, count(*) AS writes, count(DISTINCT principal) AS principals,
  count(DISTINCT eventSource || ':' || eventName) AS apis
FROM events WHERE readOnly = false AND time IS NOT NULL AND coalesce(errorCode, '') = '' AND NOT ${DENIED} AND ${PEOPLE}
GROUP BY ALL ORDER BY recipientAccountId, awsRegion, day`,
  },
  'rare-apis': {
    title: text('Rare APIs', 'API poco frecuentes'),
    description: text(
      'APIs that at most two principals of an account called, at most ten times in the whole trail, rarest first, with who did.',
      'API que como mucho dos identidades de una cuenta llamaron, como mucho diez veces en todo el rastro, las menos frecuentes antes, con quién fue.',
    ),
    sql: `
SELECT recipientAccountId, ${SERVICE} AS service, eventName, count(*) AS calls, count(*) FILTER (WHERE ${DENIED}) AS denied,
  list_sort(list(DISTINCT principal)) AS principals, min(time) AS first, max(time) AS last
FROM events WHERE ${PEOPLE}
GROUP BY recipientAccountId, service, eventName HAVING count(*) <= 10 AND count(DISTINCT principal) <= 2
ORDER BY calls, service, eventName, recipientAccountId`,
  },
};
