import { plainText } from '../i18n/index.ts';

/** Markup that is safe to put into a page: only `html` makes it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Part = string | number | Markup | null | undefined | false | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
const part = (value: Part): string =>
  value instanceof Markup
    ? value.text
    : Array.isArray(value)
      ? value.map(part).join('')
      : value === null || value === undefined || value === false
        ? ''
        : escapeText(plainText(String(value), Number.POSITIVE_INFINITY));

/** Everything put into the template is freed of control and invisible characters and escaped, except other markup. @example html`<td>${hostile}</td>` */
export const html = (strings: TemplateStringsArray, ...values: Part[]): Markup =>
  new Markup(strings.reduce((page, piece, index) => page + part(values[index - 1]) + piece));
