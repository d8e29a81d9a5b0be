import PostalMime from 'postal-mime';

const HEADERS = /^(Return-Path|Received|Delivered-To|From|To|Subject|Date|MIME-Version|Message-ID|Content-Type|DKIM-Signature|X-[\w-]+):/i;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** Words of an HTML page without its markup; nothing in it is run or fetched. */
const plain = (html: string): string =>
  html
    .slice(0, 2_000_000)
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]{0,10000}>/g, ' ')
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => ENTITIES[name]!);

/** The texts of an e-mail as it was saved (.eml, with its encodings), or the text itself when it is not one. */
export async function lettersOf(text: string): Promise<string[]> {
  if (!HEADERS.test(text.trimStart())) return [/<(html|body|div|p)\b/i.test(text) ? plain(text) : text];
  const mail = await PostalMime.parse(text, { forceRfc822Attachments: false, maxNestingDepth: 20 });
  const parts = [mail.subject, mail.text, mail.html === undefined ? undefined : plain(mail.html)].filter((part) => part !== undefined);
  return parts.length > 0 ? parts : [text];
}
