import type { ExitCode, JsonObject, Text } from '../kernel/index.ts';
import type { Io } from './io.ts';

/** One option of a command. Options are kebab-case on the command line and camelCase in code. */
export interface Flag {
  readonly kind: 'boolean' | 'string' | 'list';
  readonly brief: Text;
  /** Shown in help: --key ID */
  readonly placeholder?: string;
  readonly short?: string;
}
export interface Positional {
  readonly name: string;
  readonly brief: Text;
  readonly optional?: boolean;
  readonly many?: boolean;
}
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** How a command ended: `result` is the last line of --json output, without kind, ok and exit. */
export interface Ending {
  readonly exit: ExitCode;
  readonly result: JsonObject;
}
/** What a file in commands/ exports as `command`, beside `brief` and `order`. */
export interface Command {
  readonly description?: Text;
  readonly positionals?: readonly Positional[];
  readonly flags?: Readonly<Record<string, Flag>>;
  /** Which of the common options make sense here. */
  readonly common: readonly CommonFlag[];
  readonly examples: readonly { readonly line: string; readonly why: Text }[];
  run(io: Io, values: Values, positionals: readonly string[]): Promise<Ending>;
}
export type CommonFlag = 'case' | 'profile' | 'region' | 'dry-run' | 'print-cli' | 'yes';

export const string = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};
export const flag = (values: Values, name: string): boolean => values[name] === true;
export const list = (values: Values, name: string): readonly string[] => {
  const value = values[name];
  return Array.isArray(value) ? value : [];
};
