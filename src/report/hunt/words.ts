import type { Found, Lang, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import type { Branch } from './model.ts';

const VIAS: Readonly<Record<string, Text>> = {
  leaked: text('where it began', 'donde empezó'),
  principal: text('key or session of the principal', 'clave o sesión del principal'),
  issuer: text('issued the leaked session', 'emitió la sesión filtrada'),
  user: text('user it made', 'usuario que creó'),
  console: text('console session', 'sesión de consola'),
  instance: text('instance it gave a role', 'instancia con rol'),
  function: text('function it gave code', 'función con su código'),
  task: text('task it ran', 'tarea que lanzó'),
  build: text('build it started', 'compilación que lanzó'),
  automation: text('automation it started', 'automatización que lanzó'),
  role: text('role it made', 'rol que creó'),
  outsider: text('outsider it let in', 'forastero que dejó entrar'),
};

/** "AssumeRole · role Admin", "console session · user ana · from account 4444...". */
export function viaOf(branch: Branch, lang: Lang): string {
  const es = lang === 'es';
  const whose = branch.role
    ? `${es ? 'rol' : 'role'} ${branch.role.split('/').at(-1)}`
    : branch.userName
      ? `${es ? 'usuario' : 'user'} ${branch.userName}`
      : null;
  return [
    VIAS[branch.via]?.[lang] ?? branch.via,
    ...(whose ? [whose] : []),
    ...(branch.outsider ? [`${es ? 'desde la cuenta' : 'from account'} ${branch.outsider}`] : []),
  ].join(' · ');
}

/** "4 × EC2::Instance, IAM::User". */
export function kindsOf(found: readonly Found[]): string {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one.type, (counts.get(one.type) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([type, many]) => `${many > 1 ? `${many} × ` : ''}${type.replace(/^AWS::/, '')}`)
    .join(', ');
}

export const STATUS: Readonly<Record<string, Text>> = {
  inspected: text('inspected', 'inspeccionada'),
  'not-enabled': text('not enabled', 'no habilitada'),
  denied: text('denied', 'denegada'),
  failed: text('failed', 'fallida'),
};
export const SUSPICION: Readonly<Record<string, Text>> = { high: text('high', 'alta'), medium: text('medium', 'media'), low: text('low', 'baja') };
export const STATES: Readonly<Record<string, Text>> = {
  alive: text('alive', 'existe'),
  gone: text('gone', 'ya no existe'),
  'not visible': text('not visible', 'no se ve'),
};
