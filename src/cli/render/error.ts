import { plainText } from '../../i18n/index.ts';
import type { AplombError, Lang } from '../../kernel/index.ts';

/** One clear error: what happened, how to solve it. In JSON mode it is the result line. */
export function showError(error: AplombError, options: { json: boolean; lang: Lang }): void {
  const message = plainText(error.message, 2000);
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ kind: 'result', ok: false, exit: error.exit, error: { code: error.code, message, ...(error.fix ? { fix: error.fix } : {}) } })}\n`,
    );
  }
  process.stderr.write(`aplomb: ${message}\n${error.fix ? `        ${error.fix}\n` : ''}`);
  if (process.env.APLOMB_DEBUG) process.stderr.write(`${(error.cause as Error | undefined)?.stack ?? error.stack}\n`);
}
