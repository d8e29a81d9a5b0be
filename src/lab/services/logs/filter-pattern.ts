import { LabError } from '../../contract.ts';

/**
 * Filter patterns for unstructured text (Amazon CloudWatch Logs User Guide, "Filter pattern syntax"): words and quoted phrases that
 * must all be there, `?` before those of which one must be, `-` before those that must not.
 * @throws LabError for patterns in brackets or braces: the lab reads no fields
 */
export function matcher(pattern: string | undefined): (message: string) => boolean {
  const text = pattern?.trim() ?? '';
  if (/^[[{]/.test(text)) throw new LabError('InvalidParameterException', 'Filter patterns for fields are not available here: use terms.');
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, phrase, word]) => ({
    sign,
    value: phrase === undefined ? word! : phrase.replace(/\\(.)/g, '$1'),
  }));
  const optional = terms.filter(({ sign }) => sign === '?');
  return (message) =>
    terms.every(({ sign, value }) => sign === '?' || message.includes(value) === (sign !== '-')) &&
    (optional.length === 0 || optional.some(({ value }) => message.includes(value)));
}
