import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type JsonObject, type Reason, text } from '../../../kernel/index.ts';

/** Code that something runs when it starts, looked at as data: never run, never shown, nothing in it fetched. */
export interface StartupCode {
  readonly bytes: number;
  readonly sha256: string;
  readonly signs: readonly Sign[];
}
interface Sign {
  readonly en: string;
  readonly es: string;
}
const MOST_BYTES = 1_048_576;
const MOST_LAYERS = 32;
const SHORTEST = 24;

type Known = readonly [pattern: RegExp, en: string, es: string];
const SIGNS: readonly Known[] = [
  [
    /stratum2?\+(tcp|ssl|tls|udp)|\b(xmrig|xmr-stak|minerd|cpuminer|ccminer|ethminer|gminer|lolminer|nbminer|phoenixminer|teamredminer|srbminer|t-rex|nanominer|bzminer|kinsing|kdevtmpfsi)\b|\b(minexmr|supportxmr|moneroocean|c3pool|nanopool|2miners|hashvault|f2pool|ethermine|unmineable|nicehash)\b|\brandomx\b|\bcryptonight\b|--donate-level/i,
    'mines a currency',
    'mina una criptomoneda',
  ],
  [
    /\/dev\/(tcp|udp)\/|\b(nc|ncat|netcat)\b[^\n]{0,80}\s-\w*[ec]\b|\b(ba)?sh\s+-i\s*[>&|]|socat\b[^\n]{0,120}exec|pty\.spawn|TCPClient\(/i,
    'opens a shell outwards',
    'abre una consola hacia fuera',
  ],
  [
    /base64\s+(-d|-D|--decode)[^\n]{0,60}\|\s*(sudo\s+)?(ba|da|z|k)?sh\b|\beval\b[^\n]{0,40}base64|FromBase64String|-e(nc|ncodedcommand)\s+[A-Za-z0-9+/=]{40}/i,
    'runs what it first decodes',
    'ejecuta lo que antes descodifica',
  ],
  [
    /\b(curl|wget|fetch|lwp-download)\b[^\n]{0,200}https?:\/\/(?!0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.)(\d{1,3}\.){3}\d{1,3}\b|\b(iwr|invoke-webrequest|downloadstring|downloadfile)\b[^\n]{0,200}https?:\/\/(?!0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.)(\d{1,3}\.){3}\d{1,3}\b/i,
    'downloads from a bare address',
    'descarga de una dirección sin nombre',
  ],
  [
    /\b(curl|wget)\b[^\n]{0,200}(pastebin\.com|transfer\.sh|ngrok|\.onion\b|raw\.githubusercontent\.com|anonfiles|temp\.sh|discordapp\.com)/i,
    'downloads from where anybody may put things',
    'descarga de donde cualquiera deja cosas',
  ],
  [
    /\bchattr\s+\+i\b|\bhistory\s+-c\b|HISTFILE=(\/dev\/null|$)|unset\s+HISTFILE|ld\.so\.preload|\brm\s+-[rf]+\s+\/var\/log|\bsetenforce\s+0|auditctl\s+-e\s*0/im,
    'hides its traces',
    'oculta sus huellas',
  ],
  [
    /systemctl\s+(stop|disable|mask)\s+[^\n]{0,80}(amazon-ssm-agent|auditd|falcon|wazuh|osquery|aliyun|guardduty)|Set-MpPreference|DisableRealtimeMonitoring/i,
    'switches protection off',
    'desactiva la protección',
  ],
  [
    /169\.254\.169\.254[^\n]{0,200}security-credentials|security-credentials[^\n]{0,200}\|\s*(curl|nc)/i,
    "takes the role's credentials",
    'toma las credenciales del rol',
  ],
  [/scripts-user\s*,\s*always/i, 'runs at every start, not only the first', 'se ejecuta en cada arranque, no solo en el primero'],
];
/** Honest machines' user data has these too (installers, their owners' keys); in what a container, job or notebook is told to run they stand out. */
const COMMAND_SIGNS: readonly Known[] = [
  [
    /\b(curl|wget|fetch)\b[^\n|;&]{0,400}\|\s*(sudo\s+)?(ba|z|da|k)?sh\b|\b(ba|da|z)?sh\s+-c\s+["']?\$\(\s*(curl|wget)\b/i,
    'runs what it downloads',
    'ejecuta lo que descarga',
  ],
  [/\bauthorized_keys\b/, 'lets in whoever holds a key', 'deja entrar a quien tenga una clave'],
  [/\b(ngrok|chisel|frpc)\b/i, 'opens a tunnel', 'abre un túnel'],
];

/** Compressed data is opened, up to a megabyte; what is not compressed is left as it is. */
function opened(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch {
    return bytes;
  }
}
/** The text and, one layer down, what stands in it in base64 (parts of a MIME archive, wrapped scripts). */
function layers(bytes: Buffer): string {
  const outer = opened(bytes).subarray(0, MOST_BYTES).toString('latin1');
  // Blocks of whole lines first, then what stands within a line.
  const blocks = (outer.match(/(?:^[A-Za-z0-9+/]{4,}={0,2}\r?$\n?)+/gm) ?? []).filter((block) => block.length >= SHORTEST);
  const inline = outer.match(/[A-Za-z0-9+/]{60,}={0,2}/g) ?? [];
  const wrapped = [...blocks, ...inline].slice(0, MOST_LAYERS).map((part) => opened(Buffer.from(part, 'base64')).toString('latin1'));
  return [outer, ...wrapped].join('\n').slice(0, 2 * MOST_BYTES);
}

const signsIn = (code: string, known: readonly Known[]): Sign[] => known.filter(([pattern]) => pattern.test(code)).map(([, en, es]) => ({ en, es }));

/** @param base64 user data as AWS keeps it. Null when there is none. */
export function startupCode(base64: unknown): StartupCode | null {
  if (typeof base64 !== 'string' || base64.trim() === '') return null;
  const bytes = Buffer.from(base64.slice(0, 2 * MOST_BYTES), 'base64');
  if (bytes.length === 0) return null;
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), signs: signsIn(layers(bytes), SIGNS) };
}
/** That there is code, how long it is and its hash: what it says may hold secrets. */
export const codeDetail = (code: StartupCode | null): JsonObject =>
  code === null
    ? {}
    : { userDataBytes: code.bytes, userDataSha256: code.sha256, ...(code.signs.length > 0 ? { userDataSigns: code.signs.map((sign) => sign.en) } : {}) };
const reasonOf = (signs: readonly Sign[]): Reason[] => {
  const list = (lang: 'en' | 'es') => signs.map((sign) => sign[lang]).join(', ');
  return signs.length === 0 ? [] : [{ code: 'runs-code', text: text(`start-up code that ${list('en')}`, `código de arranque que ${list('es')}`) }];
};
/** A reason only when the code looks hostile: nearly every template of a company has some. */
export const codeReasons = (code: StartupCode | null): Reason[] => reasonOf(code?.signs ?? []);
/**
 * The same of what a container, a job, a build or a notebook is told to run. It is not repeated: commands may carry secrets.
 * @param parts plain text, in the order in which it stands: images, entry points, arguments, scripts; what is no text is passed over
 */
export function commandReasons(parts: readonly unknown[]): Reason[] {
  const whole = parts.filter((part): part is string => typeof part === 'string').join(' ');
  return whole === '' ? [] : reasonOf(signsIn(layers(Buffer.from(whole.slice(0, MOST_BYTES))), [...SIGNS, ...COMMAND_SIGNS]));
}
/** A script that AWS keeps in base64. */
export const decoded = (base64: string | undefined): string | undefined => (base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8'));
