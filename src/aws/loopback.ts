import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AplombError } from '../kernel/index.ts';

const bare = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase();

/** 127.0.0.0/8 and ::1, as literals. IPv4-mapped forms are refused: nothing needs them. */
export const isLoopbackAddress = (address: string): boolean => {
  const host = bare(address);
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1' || host === '0:0:0:0:0:0:0:1';
};

/** @throws AplombError NotLoopback for any host but localhost and loopback literals. */
export function checkLoopback(host: string): void {
  if (bare(host) === 'localhost' || isLoopbackAddress(host)) return;
  throw new AplombError('NotLoopback', `A rehearsal tried to reach ${JSON.stringify(host)}; only loopback is allowed.`, {
    fix: 'Set AWS_ENDPOINT_URL to the lab (http://127.0.0.1:PORT). Nothing was sent.',
  });
}

/** The resolver of a loopback-only agent: what a name resolves to is checked as well as the name. */
export const loopbackLookup: LookupFunction = (hostname, options, callback) => {
  try {
    checkLoopback(hostname);
  } catch (error) {
    callback(error as NodeJS.ErrnoException, '', 0);
    return;
  }
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const safe = addresses.filter((entry) => isLoopbackAddress(entry.address));
    const first = safe[0];
    if (!first) return callback(new AplombError('NotLoopback', `${hostname} does not resolve to loopback.`) as NodeJS.ErrnoException, '', 0);
    if (options.all) return callback(null, safe);
    return callback(null, first.address, first.family);
  });
};
