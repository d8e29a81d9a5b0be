/** A text cut into plain parts and ids. */
export type Part = string | { id: string; kind: string };

const EDGE = '(?<![0-9A-Za-z])';
const END = '(?![0-9A-Za-z])';
/** Random names, by kind: UUIDs, Support cases, resource ids (sg-..., vol-...), 32-digit marks, and IAM's unique and key ids. */
const MARK = new RegExp(
  [
    '(?<time>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z)',
    `${EDGE}(?<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})${END}`,
    `${EDGE}(?<case>case-\\d{12}-[a-z]+-\\d{4}-[0-9a-f]{16})${END}`,
    `${EDGE}(?<resource>[a-z][a-z0-9]*(?:-[a-z]+)*-[0-9a-f]{17})${END}`,
    `${EDGE}(?<mark>[0-9a-f]{32})${END}`,
    `${EDGE}(?<iam>A[A-Z]{3}[A-Z2-7]{16,17})${END}`,
  ].join('|'),
  'g',
);

/** Cuts a text; times become `<time>`. Plain parts are adjacent to ids only, never to each other. */
export function cut(text: string): Part[] {
  const parts: Part[] = [];
  const plain = (piece: string): void => {
    if (piece === '') return;
    if (typeof parts.at(-1) === 'string') parts[parts.length - 1] += piece;
    else parts.push(piece);
  };
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    plain(text.slice(from, match.index));
    const id = match[0];
    from = match.index + id.length;
    const groups = match.groups!;
    if (groups.time) plain('<time>');
    else if (groups.uuid) parts.push({ id, kind: 'uuid' });
    else if (groups.case) parts.push({ id, kind: 'case' });
    else if (groups.mark) parts.push({ id, kind: 'mark' });
    else if (groups.iam) parts.push({ id, kind: id.slice(0, 4) });
    else parts.push({ id, kind: id.slice(0, -18) });
  }
  plain(text.slice(from));
  return parts;
}

/** Epoch milliseconds between 2001 and 2286. */
export const isTime = (value: number): boolean => value >= 1e12 && value < 1e13;
