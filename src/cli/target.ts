import { identityGuard, parseCredentialSet } from '../aws/index.ts';
import { contextFor, event, type Session } from '../engine/index.ts';
import { foldFacts } from '../evidence/index.ts';
import { AplombError, EXIT, type JsonObject, type Target, text } from '../kernel/index.ts';
import { resolveInstance } from '../procedure/shared/instance.ts';
import { parseAccessKeyId } from '../procedure/shared/key.ts';
import { listOption } from '../procedure/shared/options.ts';
import { inShort, isAwsFailure } from '../procedure/shared/reading.ts';

/** The key named on the command line, else the alarm's. Written to the case, so that later commands need not repeat it. */
export async function keyTarget(session: Session, named: string | undefined, optional = false): Promise<Target> {
  const { alarm } = foldFacts(session.case.entries);
  const given = named ?? (typeof alarm.accessKeyId === 'string' ? alarm.accessKeyId : undefined);
  if (!given && optional) return {};
  if (!given)
    throw new AplombError('NoKey', 'no access key is named, and the case knows none', {
      exit: EXIT.usage,
      fix: 'Give its id (20 characters, beginning with AKIA or ASIA).',
    });
  const { accessKeyId } = parseAccessKeyId(given);
  await identityGuard(session.aws, { accessKeyId });
  if (alarm.accessKeyId !== accessKeyId && alarm.accessKeyId === undefined) session.case.append('facts', { alarm: { accessKeyId } });
  return { accessKeyId };
}

/** The instance by id, current or past address, Name tag or ARN; else the one this case is about. Frozen on the ledger. */
export async function instanceTarget(session: Session, named: string | undefined): Promise<Target> {
  const facts = foldFacts(session.case.entries);
  const known = facts.alarm.target as JsonObject | undefined;
  if (!named && known) return known;
  const given = named ?? [facts.alarm.instanceId, facts.alarm.address].find((value) => typeof value === 'string');
  if (typeof given !== 'string')
    throw new AplombError('NoInstance', 'no instance is named, and the case knows none', {
      exit: EXIT.usage,
      fix: 'Give its id, an IP address it has or had, its Name tag or its ARN.',
    });
  if (known && (given === known.instanceId || given === known.named)) return known;
  const enabled = (await session.aws.regions()).filter((region) => region.optIn !== 'not-opted-in').map((region) => region.name);
  const found = await resolveInstance(contextFor(session, 'target', {}, {}), given, enabled);
  await session.aws.flush('target');
  const target: Target = { ...found };
  session.case.append('facts', { alarm: { target, instanceId: found.instanceId } });
  return target;
}

export const describeTarget = (target: Target): JsonObject => ({ ...target });

/**
 * Tries the credentials for other accounts (`--account`) before anything is read or changed: those that do not work are told, and
 * are not kept with the case. What the case remembers and works no more is left out with a warning, so that the rest goes on.
 * @param given on this command line
 * @returns those that work
 * @throws AplombError AccountUnreachable, UnknownCredentials (exit 2)
 */
export async function usableAccounts(session: Session, options: JsonObject, given: readonly string[]): Promise<string[]> {
  const usable: string[] = [];
  for (const as of listOption({ options }, 'account')) {
    parseCredentialSet(as);
    try {
      await session.aws.identity(as);
      usable.push(as);
    } catch (error) {
      if (!isAwsFailure(error)) throw error;
      const what = `the credentials "${as}" do not work: ${inShort(error)}`;
      if (given.length > 0)
        throw new AplombError('AccountUnreachable', what, {
          fix: 'Nothing was changed. Give --account profile:NAME or the ARN of a role that you may assume; without it the work goes on in your own account.',
          exit: EXIT.usage,
          cause: error,
        });
      const words = text(`${what}; that account is left out`, `las credenciales "${as}" no sirven: ${inShort(error)}; se deja fuera esa cuenta`);
      session.emit(event(session, 'progress', { account: as }, { level: 'warn', text: words }));
    }
  }
  return usable;
}
