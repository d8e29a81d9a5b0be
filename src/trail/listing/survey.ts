import { type ObjectSource, turns } from '../../kernel/index.ts';
import { isMonth, kindOf, type Standing, standingOf, wordOf } from './layout.ts';
import { daysOf, type Selection, wantsAccount, wantsKind, wantsRegion } from './selection.ts';

/** A stretch of names that one worker lists. Plain JSON: what is left of it is the cursor. */
export interface Segment {
  readonly prefix: string;
  /** Only keys after this one. */
  after?: string;
  /** Folder of the years: only days up to `to` (`2024/03/01`), and the rest may be divided by days. */
  readonly dated?: string;
  to?: string;
  /** Only what lies right under the prefix, not in folders below. */
  readonly level?: true;
}
export interface Survey {
  readonly segments: readonly Segment[];
  /** Folders that were left out, and why: the word for it. */
  readonly left: readonly { readonly prefix: string; readonly why: 'account' | 'region' | 'kind' | 'other-service' }[];
  /** CloudTrail's layout was recognised somewhere. */
  readonly recognised: boolean;
}

const DEEPEST = 6;
/** Beyond so many folders in one, or so many looks, what is unknown is listed whole. */
const MOST_FOLDERS = 5_000;
const MOST_LOOKS = 20_000;
const MOST_LOOSE = 5_000;

interface Found {
  recognised: boolean;
  segments: Segment[];
}

/**
 * Finds CloudTrail's layout below a prefix with one look (a listing of one level) for each folder above the regions: plain, of an
 * organisation, under custom prefixes, copies that begin with the region. What does not look like it is one segment, listed whole.
 * @param atOnce looks at the same time
 */
export async function survey(source: ObjectSource, prefix: string, selection: Selection, atOnce = 8, signal?: AbortSignal): Promise<Survey> {
  const left: { prefix: string; why: 'account' | 'region' | 'kind' | 'other-service' }[] = [];
  const turn = turns(atOnce);
  let looks = 0;

  const look = (path: string): Promise<{ folders: string[]; loose: boolean; endless: boolean }> =>
    turn(async () => {
      signal?.throwIfAborted();
      looks += 1;
      const folders: string[] = [];
      let loose = 0;
      for await (const entry of source.folders(path)) {
        if ('folder' in entry) folders.push(entry.folder);
        else if (!(entry.bytes === 0 && entry.key.endsWith('/'))) loose += 1;
        if (folders.length > MOST_FOLDERS || loose > MOST_LOOSE) return { folders: [], loose: true, endless: true };
      }
      return { folders, loose: loose > 0, endless: false };
    });
  const whole = (path: string): Found => ({ recognised: false, segments: [{ prefix: path }] });
  const dated = (path: string, root: string, standing: Standing): Found => {
    const { from, to } = daysOf(selection, standing.kind ?? 'log');
    // Everything of the first day comes after its bare name.
    return {
      recognised: true,
      segments: [{ prefix: path, dated: root, ...(from === undefined ? {} : { after: root + from }), ...(to === undefined ? {} : { to }) }],
    };
  };

  const explore = async (path: string, depth: number): Promise<Found> => {
    const standing = standingOf(path);
    if (standing.dated !== undefined) return dated(path, standing.dated, standing);
    if (depth > DEEPEST || looks > MOST_LOOKS) return whole(path);
    const { folders, loose, endless } = await look(path);
    if (endless) return whole(path);
    const known = standing.kind !== undefined || standing.region !== undefined;
    const found = await Promise.all(folders.map((folder) => follow(folder, standing, known, depth)));
    const recognised = found.some((one) => one.recognised);
    // Years and what lies beside them are one stretch.
    if (found.length > 0 && found.every((one) => one === YEARS)) return dated(path, path, standing);
    if (!recognised) return whole(path);
    const segments = found.flatMap((one, index) => (one === YEARS ? dated(folders[index]!, path, standing).segments : one.segments));
    return { recognised, segments: loose ? [{ prefix: path, level: true }, ...segments] : segments };
  };
  const follow = async (folder: string, standing: Standing, known: boolean, depth: number): Promise<Found> => {
    const name = folder.slice(folder.lastIndexOf('/', folder.length - 2) + 1, -1);
    const leave = (why: 'account' | 'region' | 'kind' | 'other-service'): Found => {
      left.push({ prefix: folder, why });
      return { recognised: true, segments: [] };
    };
    const word = wordOf(name);
    if (word === 'account' && !wantsAccount(selection, name)) return leave('account');
    if (word === 'region' && !wantsRegion(selection, name)) return leave('region');
    if (word === 'kind' && !wantsKind(selection, kindOf(name))) return leave('kind');
    if (word === 'region' && standing.kind !== undefined) return dated(folder, folder, { ...standing, region: name });
    // A year by itself may be anything's; with months in it, it is a date.
    if (word === 'year' && (known || (await hasMonths(folder)))) return YEARS;
    if (word === 'account' || word === 'kind' || word === 'AWSLogs' || word === 'organization') {
      const below = await explore(folder, word === 'kind' || word === 'account' ? depth : depth + 1);
      return word === 'kind' ? { ...below, recognised: true } : below;
    }
    // AWS's other services write beside CloudTrail's folders: flow logs, Config, load balancers.
    if (word === undefined && standing.awsLogs && standing.account !== undefined && standing.kind === undefined) return leave('other-service');
    return explore(folder, depth + 1);
  };
  const hasMonths = async (folder: string): Promise<boolean> => {
    const { folders } = await look(folder);
    return folders.length > 0 && folders.every((one) => isMonth(one.slice(folder.length, -1)));
  };

  const { recognised, segments } = await explore(prefix, 0);
  return { segments, left, recognised };
}
/** Stands for a folder that is a year: the one above it is where dates begin. */
const YEARS: Found = { recognised: true, segments: [] };
