import { type ActionContext, AplombError, EXIT, type Text, text } from '../../kernel/index.ts';
import { ec2, filter, type InstanceTarget, type Reservation } from '../shared/ec2.ts';
import { holdersOf, huntOf } from '../shared/hunt-result.ts';
import { isIamName, oneLine } from '../shared/names.ts';
import { listOption } from '../shared/options.ts';
import { inShort, isAwsFailure, readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';

/** Who else lives by a role: they lose their sessions with the attacker. */
export interface Holders {
  /** "EC2 i-0abc... (eu-west-1)", "Lambda::Function arn:...", every one. */
  readonly named: readonly string[];
  /** Regions whose instances were looked at. */
  readonly regions: readonly string[];
  /** What could not be read, and why. */
  readonly unread: readonly string[];
  /** A hunt has looked for functions, tasks and the like. */
  readonly hunted: boolean;
}

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
/** Regions beside the instance's own (`roleRegion`). @throws AplombError InvalidRegion (exit 2) */
function regionsOf(ctx: ActionContext, home: string): string[] {
  const given = listOption(ctx, 'roleRegion');
  const bad = given.find((one) => !REGION.test(one));
  if (bad !== undefined)
    throw new AplombError('InvalidRegion', `${JSON.stringify(bad)} is not the name of a region.`, { exit: EXIT.usage, fix: 'Such as eu-west-1.' });
  return [...new Set([home, ...given])];
}

/** Instances by every profile the role is in, here and in the regions named; the rest as far as the hunt knows. */
export async function roleHolders(ctx: ActionContext, { instanceId, region }: InstanceTarget, role: { name: string; arn: string }): Promise<Holders> {
  const regions = regionsOf(ctx, region);
  const unread: string[] = [];
  const failing = async <T>(what: string, read: () => Promise<T[]>): Promise<T[]> => {
    try {
      return await read();
    } catch (error) {
      if (!isAwsFailure(error)) throw error;
      unread.push(`${what} (${inShort(error)})`);
      return [];
    }
  };
  const profiles = await failing('iam:ListInstanceProfilesForRole', async () => {
    const found = await readOrAbsent<{ InstanceProfiles?: { Arn?: string }[] }>(ctx, iam(ctx, 'ListInstanceProfilesForRole', { RoleName: role.name }), true);
    return (found?.output.InstanceProfiles ?? []).flatMap((one) => one.Arn ?? []);
  });
  const instances = async (where: string): Promise<string[]> => {
    if (profiles.length === 0) return [];
    const { output } = await ctx.readAll<{ Reservations?: Reservation[] }>(
      ec2(where, 'DescribeInstances', { Filters: [filter('iam-instance-profile.arn', ...profiles)], IncludeManagedResources: true }),
    );
    return (output.Reservations ?? [])
      .flatMap((one) => one.Instances ?? [])
      .filter((one) => one.InstanceId !== instanceId && !/terminated|shutting-down/.test(one.State?.Name ?? ''))
      .map((one) => `EC2 ${oneLine(one.InstanceId)} (${where})`);
  };
  const seen = (await Promise.all(regions.map((where) => failing(where, () => instances(where))))).flat();
  const hunt = huntOf(ctx.facts);
  const hunted = (hunt ? holdersOf(hunt, role.arn) : [])
    .filter((one) => !one.arn.endsWith(`/${instanceId}`) && !(one.type === 'AWS::EC2::Instance' && regions.includes(one.region)))
    .map((one) => `${one.type.replace(/^AWS::/, '')} ${oneLine(one.arn)}`);
  return { named: [...new Set([...seen.sort(), ...hunted.sort()])], regions, unread, hunted: hunt !== null };
}

const AT_ONCE = 20;
/** All of them, by name: nobody's outage is left out for brevity. */
export function holdersDanger(roleName: string, { named, regions, unread, hunted }: Holders): Text[] {
  const name = isIamName(roleName) ? roleName : oneLine(roleName);
  const everybody = text(
    `Every session of ${name} ends now, whoever has it; programs recover when they get new credentials (minutes to hours; restart those that do not).`,
    `Toda sesión de ${name} termina ahora, sea de quien sea; los programas se recuperan al obtener credenciales nuevas (minutos u horas; reinicie los que no).`,
  );
  const parts = Array.from({ length: Math.ceil(named.length / AT_ONCE) }, (_, at) => named.slice(at * AT_ONCE, (at + 1) * AT_ONCE).join(', '));
  const list = parts.map((part) => text(`Also lives by ${name}: ${part}.`, `También usa ${name}: ${part}.`));
  const where = text(
    `${named.length} others are known. Instances were looked for in ${regions.join(', ')} (--role-region names more)${hunted ? '' : '; functions, tasks and builds only a hunt would know'}${unread.length > 0 ? `; not read: ${unread.join(', ')}` : ''}.`,
    `Se conocen ${named.length} más. Se buscaron instancias en ${regions.join(', ')} (--role-region añade otras)${hunted ? '' : '; las funciones, tareas y builds solo las conocería una búsqueda'}${unread.length > 0 ? `; sin leer: ${unread.join(', ')}` : ''}.`,
  );
  return [everybody, ...list, where];
}
