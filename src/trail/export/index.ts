import { csv } from './csv.ts';
import type { Writer } from './exported.ts';
import { jsonl } from './jsonl.ts';
import { ocsf } from './ocsf.ts';
import { timesketch } from './timesketch.ts';

export { COLUMNS } from './csv.ts';
export { type Exported, exported, type Writer } from './exported.ts';
export { OCSF_VERSION } from './ocsf.ts';

/** Kinds of export by the name a person asks for; the extension of the file belongs to it. */
export const WRITERS: Readonly<Record<'csv' | 'jsonl' | 'timesketch' | 'ocsf', { readonly extension: string; readonly write: Writer }>> = {
  csv: { extension: '.csv', write: csv },
  jsonl: { extension: '.jsonl', write: jsonl },
  timesketch: { extension: '.timesketch.jsonl', write: timesketch },
  ocsf: { extension: '.ocsf.jsonl', write: ocsf },
};
