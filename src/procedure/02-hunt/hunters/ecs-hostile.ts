import { type Reason, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';

/**
 * Words that no honest workload starts with: names and switches of coin miners and their pools, a script fetched or decoded straight
 * into a shell, a shell bound to a socket. Few on purpose: a false alarm costs a frightened engineer more than a missed hint, and what
 * the key made is reported anyway.
 */
const SIGNS: readonly RegExp[] = [
  /\b(xmrig|xmr-stak|minerd|cpuminer|ethminer|nbminer|lolminer|gminer|t-rex-miner|phoenixminer|teamredminer|srbminer|nanominer|ccminer|kinsing|kdevtmpfsi)\b/i,
  /stratum2?\+(tcp|ssl|tls|udp):/i,
  /--donate-level\b/i,
  /\b(minexmr|supportxmr|hashvault|nanopool|2miners|moneroocean|c3pool|unmineable|f2pool|ethermine)\.(com|org|pro|stream)\b/i,
  /\b(curl|wget)\b[^|;&\n]*\|\s*(sudo\s+)?(ba|da|z)?sh\b/i,
  /\bbase64\s+(-d|-D|--decode)\b[^|;&\n]*\|\s*(sudo\s+)?(ba|da|z)?sh\b/i,
  /\/dev\/(tcp|udp)\/[^\s/]+\/\d+/i,
];
const MOST = 100_000;

/** What in a start-up command, an image name or a script is plainly hostile; undefined when nothing is. */
export function hostileSign(code: string): string | undefined {
  for (const sign of SIGNS) {
    const match = sign.exec(code.slice(0, MOST));
    // A password or token in an address is not repeated.
    if (match) return oneLine(match[0].replace(/\/\/[^/@\s]*@/g, '//...@').replace(/\?[^\s|]*/g, '?...'), 120);
  }
  return undefined;
}
/** The reason, or none. @param parts texts that run or name what runs: images, entry points, commands, scripts */
export function hostileReasons(parts: readonly unknown[]): Reason[] {
  const sign = hostileSign(parts.filter((part): part is string => typeof part === 'string').join(' '));
  return sign === undefined ? [] : [{ code: 'runs-code', text: text(`what it starts looks hostile: ${sign}`, `lo que inicia parece hostil: ${sign}`) }];
}
