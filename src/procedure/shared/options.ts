import { type ActionContext, AplombError, EXIT } from '../../kernel/index.ts';

type WithOptions = Pick<ActionContext, 'options'>;
/** An option as text; empty text counts as absent. */
export function textOption({ options }: WithOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value.trim() ? value.trim() : typeof value === 'number' ? String(value) : undefined;
}
/** An option given once, several times, or with commas. */
export function listOption({ options }: WithOptions, name: string): string[] {
  const value = options[name];
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return list.flatMap((item) => String(item).split(',')).flatMap((item) => (item.trim() ? [item.trim()] : []));
}
export const flagOption = ({ options }: WithOptions, name: string): boolean => options[name] === true || options[name] === 'true';
/** A TCP port. @throws AplombError InvalidPort (exit 2) */
export function portNumber(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65535)
    throw new AplombError('InvalidPort', `${JSON.stringify(value)} is not a TCP port.`, { exit: EXIT.usage, fix: 'Give a number from 1 to 65535.' });
  return port;
}
