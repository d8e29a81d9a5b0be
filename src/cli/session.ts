import { openAws } from '../aws/index.ts';
import { event, type Session, TIMING, type Timing, WHOLE_WATCH_SECONDS } from '../engine/index.ts';
import { openCase } from '../evidence/index.ts';
import { AplombError, type AwsFailure, type CaseFile, type Clock, EXIT, isAplombError, systemClock, TOOL } from '../kernel/index.ts';
import { approver, signInAgain } from './approver.ts';
import { findCase } from './case.ts';
import type { Io } from './io.ts';
import { registry } from './registry.ts';
import { flag, string, type Values } from './spec.ts';

export interface SessionOptions {
  /** Words of the command, for the ledger. */
  readonly command: string;
  readonly by?: 'terminal' | 'file';
}

/** Patience may be shortened against an emulator, never against AWS. */
function timingFor({ env }: Io, customEndpoint: boolean): Timing {
  const seconds = (text: string | undefined): number | undefined => (customEndpoint && Number(text) > 0 ? Number(text) : undefined);
  const settle = seconds(env.APLOMB_SETTLE_SECONDS);
  const patience = seconds(env.APLOMB_PATIENCE_SECONDS);
  const watched = seconds(env.APLOMB_WATCH_SECONDS);
  return {
    ...TIMING,
    ...(settle === undefined ? {} : { settle, pace: Math.min(TIMING.pace, settle / 5) }),
    ...(patience === undefined ? {} : { patience, lag: Math.min(TIMING.lag, patience) }),
    ...(watched === undefined ? {} : { watch: watched / WHOLE_WATCH_SECONDS }),
  };
}

/** The system's clock until `follow` names a better one: a case is opened before AWS has told the time. */
type FollowingClock = Clock & { follow(clock: Clock): void };
function followingClock(): FollowingClock {
  let clock: Clock = systemClock;
  return {
    now: () => clock.now(),
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
    follow: (other) => {
      clock = other;
    },
  };
}

/** Opens the case and the door to AWS, says who acts against what, and writes it down. */
export async function openSession(io: Io, values: Values, options: SessionOptions): Promise<Session> {
  const clock = followingClock();
  const file = openCase(findCase(io, values), { clock });
  try {
    return await joinSession(io, values, options, file, clock);
  } catch (error) {
    file.close();
    throw error;
  }
}

async function joinSession(io: Io, values: Values, options: SessionOptions, file: CaseFile, clock: FollowingClock): Promise<Session> {
  const expect = io.env.APLOMB_EXPECT_ACCOUNT;
  const profile = string(values, 'profile');
  const region = string(values, 'region');
  const aws = await openAws({
    case: file,
    emit: io.emit,
    env: io.env,
    ...(profile ? { profile } : {}),
    ...(region ? { region } : {}),
    loopbackOnly: io.env.APLOMB_LOOPBACK_ONLY === '1',
    ...(expect ? { expectAccount: expect } : {}),
    refresh: signInAgain(io),
  });
  const identity = await aws.identity().catch((error) => {
    throw inRegion(error, aws.endpoint, region ?? io.env.AWS_REGION ?? io.env.AWS_DEFAULT_REGION);
  });
  // Waits are measured from the times of entries: both must tell AWS's time.
  clock.follow(aws.clock);
  const known = file.entries.findLast((entry) => entry.kind === 'session');
  const account = known && 'account' in known.body ? known.body.account : null;
  if (account && account !== identity.account) {
    throw new AplombError('OtherAccount', `this case is about account ${account}, and the credentials in use belong to ${identity.account}`, {
      exit: EXIT.usage,
      fix: 'Use credentials of the case’s account (--profile), or open another case.',
    });
  }
  file.setCaller(identity.arn);
  file.append('session', {
    command: options.command,
    callerArn: identity.arn,
    account: identity.account,
    endpoint: aws.endpoint,
    customEndpoint: aws.customEndpoint,
    tool: TOOL,
  });
  const session: Session = {
    case: file,
    aws,
    clock: aws.clock,
    emit: io.emit,
    approver: approver(io, flag(values, 'yes'), options.by),
    registry,
    timing: timingFor(io, aws.customEndpoint),
    signal: io.signal,
  };
  io.emit(
    event(session, 'session', {
      callerArn: identity.arn,
      account: identity.account,
      endpoint: aws.endpoint,
      customEndpoint: aws.customEndpoint,
      opened: file.entries[0]!.time,
    }),
  );
  return session;
}

/** The first call fails for a wrong region too: with "bad token" where it is not enabled, with no answer where there is none. */
function inRegion(error: unknown, endpoint: string | null, region = 'that of your profile'): unknown {
  if (isAplombError(error) && error.code === 'InvalidCredentials')
    return new AplombError(error.code, error.message, {
      cause: error,
      exit: error.exit,
      fix: `${error.fix} A region that is not enabled or does not exist answers alike; the region in use is ${region}.`,
    });
  if ((error as AwsFailure).name !== 'AwsFailure' || (error as AwsFailure).status !== undefined) return error;
  return new AplombError('Unreachable', `AWS does not answer${endpoint ? ` at ${endpoint}` : ''}: ${(error as AwsFailure).message}`, {
    cause: error,
    fix: `Check the network${endpoint ? ' and the endpoint (AWS_ENDPOINT_URL)' : ''}, and the name of the region in use: ${region}.`,
  });
}

export async function closeSession(session: Session): Promise<void> {
  await session.aws.close();
  session.case.close();
}
