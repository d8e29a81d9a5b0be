/** What stands where a secret stood. */
const GONE = '[masked]';

/** Words in a name that say its value is secret. */
const WORDS =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|shared[_-]?key|encryption[_-]?key|master[_-]?key|license[_-]?key|auth(?:orization)?|signature|sig|cookie|connection[_-]?string|conn[_-]?str|dsn|otp|pin|psk';
const NAME = String.raw`[\w.-]{0,64}(?:${WORDS})[\w.-]{0,64}`;
/** A value as shells, YAML and JSON write it, quoted parts and all; one whose quote never ends goes to the end of its line. */
const VALUE = String.raw`(?:"(?:[^"\\]|\\[\s\S]){0,4096}"|'[^']{0,4096}'|[^\s"']|["'][^\n]*)+`;

type Rule = readonly [RegExp, string | ((match: string, ...groups: any[]) => string)];
const keepKeyId = (match: string, before: string, value: string): string =>
  /^["']?(?:AKIA|ASIA)[A-Z0-9]{16}["']?[,;]?$/.test(value) || value.includes(GONE) ? match : `${before}${GONE}`;

/** In this order: what is longest and surest first. */
const RULES: readonly Rule[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$(?![\s\S]))/g, '[private key masked]'],
  // user:password@ in a URL
  [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"']{1,1024}@/gi, `$1${GONE}@`],
  [/(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot)[^\s"']+/gi, `$1${GONE}`],
  // Authorization: Bearer ...; also as a header of curl
  [/((?:authorization|x-[\w-]{0,40}(?:token|key))["']?\s*[:=]\s*["']?)[^\s"'][^"'\n]*/gi, `$1${GONE}`],
  [/\b((?:bearer|basic)\s+)[A-Za-z0-9._~+/-]{8,}=*/gi, `$1${GONE}`],
  // name = value, name: value, "name": "value", name => value
  [new RegExp(String.raw`(\b${NAME}["']?\]?[ \t]*(?:=>|:=|\+=|=|:)[ \t]*)(${VALUE})`, 'gi'), keepKeyId],
  [new RegExp(`(<${NAME}>)[^<]*`, 'gi'), `$1${GONE}`],
  [
    new RegExp(
      String.raw`((?:ConvertTo-SecureString|identified\s+by|identified\s+with\s+\w+\s+by|requirepass)(?:[ \t]+-(?:String|AsPlainText|Force))*[ \t]+)(${VALUE})`,
      'gi',
    ),
    keepKeyId,
  ],
  // --password value, -Password value, setx DB_PASSWORD value
  [new RegExp(String.raw`(--?${NAME}[ \t]+|\bsetx?[ \t]+${NAME}[ \t]+)(${VALUE})`, 'gi'), keepKeyId],
  // mysql -pSECRET, sshpass -p SECRET, useradd -p HASH
  [
    new RegExp(
      String.raw`(\b(?:mysql\w*|mariadb\w*|sshpass|useradd|usermod|adduser|redis-cli|mongo\w*|smbclient|7z|zip)\b[^\n]*?[ \t]-[pPa][ \t]?)(${VALUE})`,
      'g',
    ),
    keepKeyId,
  ],
  // curl -u user:password
  [/((?:^|\s)(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']{1,256}:)[^\s"']+/g, `$1${GONE}`],
  [new RegExp(String.raw`(\bnet1?(?:\.exe)?[ \t]+user[ \t]+(?:"[^"\n]*"|\S+)[ \t]+)(${VALUE})`, 'gi'), keepKeyId],
  // echo user:password | chpasswd, echo password | passwd --stdin user
  [/((?:echo|printf)[ \t]+)[^\n|]+(\|[ \t]*(?:sudo[ \t]+)?(?:chpasswd|passwd)\b)/g, `$1${GONE} $2`],
  // The same as a here-document, and cloud-init's list
  [/(chpasswd[^\n]*<<[^\n]*\n)[\s\S]*?(?=\n\S*EO\w*|\n[A-Z]{2,}\n|$(?![\s\S]))/g, `$1${GONE}`],
  [/(chpasswd:[^\n]*\n(?:[ \t]+expire:[^\n]*\n)?[ \t]+(?:list|users):[^\n]*\n)(?:[ \t]+[^\n]*(?:\n|$))+/g, `$1  ${GONE}\n`],
  // Password hashes of crypt(3)
  [/\$(?:1|2[abxy]?|5|6|7|y|gy|argon2\w*|scrypt)\$[^\s"':]+/g, GONE],
  // Tokens that tell themselves: JWT, GitHub, GitLab, Slack, Stripe, Google, npm, SendGrid, Hugging Face
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g, GONE],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[rs]k_(?:live|test)_|AIza|npm_|SG\.|hf_|sk-|dop_v1_|pypi-)[A-Za-z0-9_.-]{10,}/g, GONE],
  // Any run as long as an AWS secret key: a key, a token, or something encoded that may hold one
  [/(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2}/g, (run) => (/^[-_/+]+$/.test(run) ? run : `[${run.length} characters masked]`)],
];

/**
 * A text from the suspect (user data, console) made fit to be shown to others: what looks like a password, key or token is taken out.
 * It errs on the side of taking out; the evidence holds the whole. Access key ids stay: they are leads, not secrets.
 */
export function maskSecrets(text: string): string {
  return RULES.reduce((masked, [pattern, by]) => masked.replace(pattern, by as string), text);
}

/** Bytes as text if they are text: no control characters but those of lines and terminals. */
export function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[\u0000-\u0006\u000e-\u001a\u001c-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
