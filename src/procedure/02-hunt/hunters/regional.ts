import type { ActionContext, Found, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { partition } from '../../shared/partition.ts';

/** @example arnFor(ctx, 'glue', 'eu-west-1', 'job/etl') // arn:aws:glue:eu-west-1:111122223333:job/etl */
export const arnFor = (ctx: ActionContext, service: string, region: string, resource: string): string =>
  `arn:${partition(ctx).name}:${service}:${region}:${ctx.facts.account ?? ''}:${resource}`;

/** A found resource of any service; empty lists are left out. */
export function foundAt(
  ctx: ActionContext,
  type: string,
  region: string,
  arn: string,
  id: string,
  rest: Pick<Found, 'createdAt' | 'detail'> & Partial<Pick<Found, 'alive' | 'roles' | 'aliases' | 'reasons'>>,
): Found {
  const { alive = true, roles = [], aliases = [], reasons = [], ...facts } = rest;
  return {
    type,
    arn,
    id,
    region,
    account: ctx.facts.account ?? '',
    alive,
    ...facts,
    ...(roles.length > 0 ? { roles: [...new Set(roles)] } : {}),
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(reasons.length > 0 ? { reasons } : {}),
  };
}

/** ARNs of roles among values that may be a name, an ARN or nothing. */
export const rolesOf = (ctx: ActionContext, ...values: (string | null | undefined)[]): string[] =>
  values
    .filter((value): value is string => typeof value === 'string' && value !== '')
    .map((value) => (value.startsWith('arn:') ? value : `arn:${partition(ctx).name}:iam::${ctx.facts.account ?? ''}:role/${value}`));

const GPU = /^(ml\.)?(p\d|g\d|gr\d|trn|inf|dl\d)/;
/** What miners and model thieves rent. @param type as its service names it: ml.p5.48xlarge, m7i.24xlarge, db.r7g.16xlarge */
export function machineReasons(type: string | undefined, count = 1): Reason[] {
  const shown = oneLine(type, 40);
  const size = /\.(\d+)xlarge$/.exec(shown)?.[1];
  const many = count > 1 ? `${count} x ` : '';
  if (GPU.test(shown))
    return [
      {
        code: 'gpu',
        text: text(`has graphics or machine-learning processors: ${many}${shown}`, `tiene procesadores gráficos o de aprendizaje automático: ${many}${shown}`),
      },
    ];
  if (/\.metal/.test(shown) || Number(size ?? 0) * count >= 16)
    return [{ code: 'large', text: text(`is very large: ${many}${shown}`, `es muy grande: ${many}${shown}`) }];
  return [];
}

/** Fetches and runs what it fetched, opens a way back in, or mines. Ordinary installers that only download are left alone. */
const HOSTILE: readonly RegExp[] = [
  /\b(curl|wget|fetch)\b[^\n|;&]{0,400}\|\s*(sudo\s+)?(ba|z|da)?sh\b/i,
  /\b(ba|da)?sh\s+-c\s+"?\$\(\s*(curl|wget)\b/i,
  /base64\s+(-d|-D|--decode)[^\n]{0,200}\|\s*(sudo\s+)?(ba|da)?sh\b/i,
  /\/dev\/(tcp|udp)\//,
  /\b(nc|ncat|netcat)\b[^\n]{0,80}\s-(e|c)\b/,
  /\bauthorized_keys\b/,
  /169\.254\.169\.254/,
  /xmrig|stratum\+(tcp|ssl)|minerd|nicehash|moneroocean|cryptonight|randomx|--donate-level/i,
  /\b(ngrok|chisel|frpc|cloudflared)\b/i,
];
/** Start-up code that speaks for itself. @param codes plain text; @returns the reason, quoting what was recognised */
export function codeReasons(...codes: (string | undefined)[]): Reason[] {
  for (const code of codes) {
    const hit = HOSTILE.map((pattern) => pattern.exec((code ?? '').slice(0, 100_000))?.[0]).find((one) => one !== undefined);
    if (hit === undefined) continue;
    const shown = oneLine(hit, 80);
    return [{ code: 'runs-code', text: text(`runs code that looks hostile at its start: ${shown}`, `ejecuta al empezar código de aspecto hostil: ${shown}`) }];
  }
  return [];
}
/** Base64 as AWS keeps scripts in; undefined when it is none. */
export const decoded = (base64: string | undefined): string | undefined => (base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8'));
