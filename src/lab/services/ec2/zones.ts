import { createHash } from 'node:crypto';

/** Zone letters where a region does not simply have a, b, c. */
const LETTERS: Record<string, string> = {
  'us-east-1': 'abcdef',
  'us-west-1': 'ac',
  'us-west-2': 'abcd',
  'ap-northeast-1': 'acd',
  'ap-northeast-2': 'abcd',
  'ca-central-1': 'abd',
};
export interface Zone {
  name: string;
  id: string;
}

/** The short form of a region in zone ids: us-east-1 -> use1, ap-southeast-2 -> apse2. */
const short = (region: string): string =>
  region
    .split('-')
    .map((part) =>
      /^\d+$/.test(part) || part.length <= 3
        ? part.replace(/^gov$/, 'g')
        : part
            .split(/(?<=north|south)/)
            .map((word) => word[0])
            .join(''),
    )
    .join('');

/**
 * The zones of a region as one account sees them: the letters are the account's own, the ids everybody's
 * (Amazon EC2 User Guide, "Availability Zone IDs for your AWS resources").
 */
export function zonesOf(account: string, region: string): Zone[] {
  const letters = [...(LETTERS[region] ?? 'abc')];
  const numbers = letters.map((_, index) => index + 1);
  const order = (number: number) => createHash('sha256').update(`${account}/${region}/${number}`).digest('hex');
  numbers.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return letters.map((letter, index) => ({ name: `${region}${letter}`, id: `${short(region)}-az${numbers[index]}` }));
}
