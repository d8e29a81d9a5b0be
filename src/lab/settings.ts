import type { Fault, Settings } from './contract.ts';

const KINDS: readonly string[] = ['latency', 'error', 'timeout', 'drop-after-effect', 'drop-before-effect', 'lie', 'deny'] satisfies Fault['kind'][];
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isRange = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(isAmount);
const isFault = (value: unknown): boolean => isObject(value) && KINDS.includes(value.kind as string);

const isRate = (value: unknown): boolean => isObject(value) && isAmount(value.perSecond) && isAmount(value.burst) && (value.burst as number) >= 1;
const isRates = (value: unknown): boolean => isObject(value) && Object.values(value).every(isRate);

/** What is wrong with a list of faults from outside, or undefined. */
export const wrongFaults = (faults: readonly unknown[]): string | undefined =>
  faults.every(isFault) ? undefined : `each fault needs a kind of ${KINDS.join(', ')}`;

/** Merges settings from outside into the world's, all or none. Answers what is wrong with them, or undefined. */
export function mergeSettings(settings: Settings, patch: unknown): string | undefined {
  if (!isObject(patch)) return 'settings must be an object';
  for (const [name, value] of Object.entries(patch)) {
    if (name === 'rates') {
      if (!isRates(value)) return 'setting "rates" takes {"service" or "service:Operation": {perSecond, burst of 1 or more}}';
      continue;
    }
    if (!Object.hasOwn(settings, name)) return `there is no setting "${name}"`;
    const own = settings[name as keyof Settings];
    const fits = name === 'faults' ? Array.isArray(value) && wrongFaults(value) === undefined : Array.isArray(own) ? isRange(value) : isAmount(value);
    if (!fits || (name === 'speed' && value === 0)) return `setting "${name}" does not take ${JSON.stringify(value)}`;
  }
  Object.assign(settings, patch);
  return undefined;
}
