import { plainText } from '../../i18n/index.ts';
import type { AplombError, Lang } from '../../kernel/index.ts';
import { jsonLine } from './json.ts';

/** One clear error: what happened, how to solve it. In JSON mode it is the result line. */
export function showError(error: AplombError, options: { json: boolean; lang: Lang }): void {
  const message = plainText(error.message, 2000);
  const fix = error.fix && plainText(error.fix, 2000);
  if (options.json) {
    process.stdout.write(jsonLine({ kind: 'result', ok: false, exit: error.exit, error: { code: error.code, message, ...(fix ? { fix } : {}) } }));
  }
  process.stderr.write(`aplomb: ${message}\n${fix ? `        ${fix}\n` : ''}`);
  if (process.env.APLOMB_DEBUG) process.stderr.write(`${(error.cause as Error | undefined)?.stack ?? error.stack}\n`);
}
