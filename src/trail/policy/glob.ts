/**
 * `*` and `?` as IAM has them, without a RegExp: a policy's text is hostile and the time is at most pattern times value.
 * @example glob('iam:*user', 'iam:createuser') // true
 */
export function glob(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let from = 0;
  while (v < value.length) {
    if (pattern[p] === '*') {
      star = p++;
      from = v;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === value[v])) {
      p += 1;
      v += 1;
    } else if (star >= 0) {
      p = star + 1;
      v = ++from;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
