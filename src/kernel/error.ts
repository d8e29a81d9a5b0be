/** Exit codes of the command line; the README lists them. When several apply the first of EXIT_ORDER wins. */
export const EXIT = { ok: 0, failed: 1, usage: 2, partial: 3, notContained: 4, declined: 5, stale: 6, integrity: 7, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
const EXIT_ORDER: readonly ExitCode[] = [130, 7, 2, 6, 5, 4, 1, 3, 0];
/** The exit code that counts when several apply. @example worstExit([3, 4]) // 4 */
export const worstExit = (codes: Iterable<ExitCode>): ExitCode => {
  const all = new Set(codes);
  return EXIT_ORDER.find((code) => all.has(code)) ?? 0;
};

/**
 * The one error type people see: what happened and to what (`message`), how to solve it (`fix`).
 * `code` is a stable PascalCase word scripts may match on.
 */
export class AplombError extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly fix: string | undefined;
  constructor(code: string, message: string, options: { fix?: string; cause?: unknown; exit?: ExitCode } = {}) {
    super(message, { cause: options.cause });
    this.name = 'AplombError';
    this.code = code;
    this.fix = options.fix;
    this.exit = options.exit ?? EXIT.failed;
  }
}
export const isAplombError = (error: unknown): error is AplombError => error instanceof Error && error.name === 'AplombError';
