import type { Effect, World } from '../contract.ts';
import { sessionsOf } from '../world/index.ts';
import { type Draw, draw } from './draw.ts';
import type { AttackerCredential, LiveAttacker, Truth } from './scenario.ts';
import { type Actor, openStage } from './stage.ts';

/** How often he looks whether his key still works, milliseconds. */
const LOOKS = 250;
const GLOBAL = 'us-east-1';

/** What somebody did to the key's user: he sees it by his calls being refused, and knows who may have done it. */
const shutsOut = (effect: Effect, truth: Truth): boolean => {
  const { operation, service, input } = effect;
  if (service !== 'iam' || truth.credentials.some(({ id }) => id === effect.accessKeyId)) return false;
  if (operation === 'UpdateAccessKey') return input.Status !== 'Active' && truth.credentials.some(({ id }) => id === input.AccessKeyId);
  if (operation === 'DeleteAccessKey') return truth.credentials.some(({ id }) => id === input.AccessKeyId);
  return (operation === 'AttachUserPolicy' || operation === 'PutUserPolicy') && input.UserName === truth.userName;
};

/**
 * An attacker whose script watches his key. A second or two after it was taken from him, while IAM still lets a session through whose
 * revocation is on its way, he uses what else he holds to take the deny away and to get a working key for the same user, a new one or the
 * one that was just switched off: real calls, so that policies, CloudTrail and IAM's delay count for him as for everybody. A
 * role whose session was revoked he assumes again, if the session before it in the chain still lives. Nothing is
 * done with credentials that no longer work: then he has lost.
 * @param hesitates milliseconds from being shut out to his answer, at least and at most
 */
export function openAttacker(lab: { url: string; world: () => World }, hesitates: readonly [number, number] = [700, 1_500]): LiveAttacker {
  const dice = draw(`${lab.world().seed}/live`);
  let seen = lab.world().effects.length;
  let noticed: { at: number; effects: Effect[] } | undefined;
  let acting: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    const world = lab.world();
    const fresh = world.effects.slice(seen).filter((effect) => shutsOut(effect, world.truth as Truth));
    seen = world.effects.length;
    if (fresh.length > 0) noticed = { at: noticed?.at ?? Date.now() + dice.int(...hesitates), effects: [...(noticed?.effects ?? []), ...fresh] };
    if (!noticed || busy || Date.now() < noticed.at) return;
    const { effects } = noticed;
    noticed = undefined;
    busy = true;
    acting = answer({ url: lab.url, world }, effects, dice).finally(() => {
      busy = false;
    });
  }, LOOKS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await acting;
    },
  };
}

async function answer(lab: { url: string; world: World }, effects: readonly Effect[], dice: Draw): Promise<void> {
  const { world } = lab;
  const truth = world.truth as Truth;
  const stage = openStage(lab, undefined);
  const ip = truth.addresses.at(-1)!;
  const asActor = (credential: AttackerCredential): Actor | undefined => {
    const row = sessionsOf(world.accounts[credential.account ?? '']!)[credential.id];
    return row && { accessKeyId: row.id, secretAccessKey: row.secret, sessionToken: row.token, ip, userAgent: 'aws-cli/2.33.2' };
  };
  const told = effects.map(({ operation, input }) => `${operation} ${input.AccessKeyId ?? input.PolicyArn ?? input.PolicyName ?? ''}`.trim()).join(', ');
  /** One call, patient with throttling; what came of it goes into the answer key. */
  const attempt = async (by: Actor, service: string, operation: string, input: object, won: (output: any) => string | undefined): Promise<any> => {
    for (let n = 0; ; n++) {
      const note = { time: new Date(Date.now() + world.offset).toISOString(), to: told, operation, with: by.accessKeyId };
      try {
        const output = await stage.call(by, service, operation, input, GLOBAL);
        const prize = won(output);
        truth.reactions.push({ ...note, ...(prize === undefined ? {} : { won: prize }) });
        return output;
      } catch (error) {
        const { name } = error as Error;
        if (/^(Throttling|RequestLimitExceeded)/.test(name) && n < 5) continue;
        truth.reactions.push({ ...note, refused: name });
        return undefined;
      }
    }
  };
  try {
    // The deepest role of the chain first; each was issued with the one before it.
    const roles = truth.credentials.filter(
      ({ kind, id, account }) => kind === 'session' && account && sessionsOf(world.accounts[account]!)[id]?.issuer.type === 'role',
    );
    const deepest = roles.at(-1);
    if (!deepest) return;
    let hand = asActor(deepest);
    if (!hand || !(await works(stage, hand))) hand = await assumeAgain(deepest, roles, truth, world, attempt, asActor);
    if (!hand) return;
    for (const { operation, input } of effects) {
      if (operation === 'AttachUserPolicy')
        await attempt(hand, 'iam', 'DetachUserPolicy', { UserName: input.UserName, PolicyArn: input.PolicyArn }, () => `detached ${input.PolicyArn}`);
      if (operation === 'PutUserPolicy')
        await attempt(hand, 'iam', 'DeleteUserPolicy', { UserName: input.UserName, PolicyName: input.PolicyName }, () => `deleted ${input.PolicyName}`);
    }
    const made = await attempt(hand, 'iam', 'CreateAccessKey', { UserName: truth.userName }, ({ AccessKey }) => AccessKey.AccessKeyId);
    if (!made) {
      // A user has two keys at most: then one of those must live again.
      const taken = effects.findLast(({ operation }) => operation === 'UpdateAccessKey')?.input as { AccessKeyId: string } | undefined;
      if (taken && truth.reactions.at(-1)?.refused === 'LimitExceededException')
        await attempt(hand, 'iam', 'UpdateAccessKey', { UserName: truth.userName, AccessKeyId: taken.AccessKeyId, Status: 'Active' }, () => taken.AccessKeyId);
      return;
    }
    truth.credentials.push({
      kind: 'key',
      id: made.AccessKey.AccessKeyId,
      principal: truth.userName,
      ...(deepest.account === undefined ? {} : { account: deepest.account }),
      issuedBy: hand.accessKeyId,
    });
    // Naming it is right; the answer key asks only for what was there when the alarm came.
    truth.attendant.push({ type: 'AWS::IAM::AccessKey', id: made.AccessKey.AccessKeyId, arn: '', region: GLOBAL });
    await new Promise((later) => setTimeout(later, dice.int(500, 1_500)));
    const fresh: Actor = { accessKeyId: made.AccessKey.AccessKeyId, secretAccessKey: made.AccessKey.SecretAccessKey, ip, userAgent: hand.userAgent };
    await stage.call(fresh, 'sts', 'GetCallerIdentity', {}, GLOBAL).catch(() => undefined);
  } finally {
    stage.close();
  }
}

/** GetCallerIdentity would work under any deny: he tries something that a revoked session may not do. */
async function works(stage: ReturnType<typeof openStage>, actor: Actor): Promise<boolean> {
  for (let n = 0; n < 5; n++) {
    try {
      await stage.call(actor, 'iam', 'ListUsers', {}, GLOBAL);
      return true;
    } catch (error) {
      if (!/^(Throttling|RequestLimitExceeded)/.test((error as Error).name)) return false;
    }
  }
  return false;
}

async function assumeAgain(
  role: AttackerCredential,
  chain: readonly AttackerCredential[],
  truth: Truth,
  world: World,
  attempt: (by: Actor, service: string, operation: string, input: object, won: (output: any) => string | undefined) => Promise<any>,
  asActor: (credential: AttackerCredential) => Actor | undefined,
): Promise<Actor | undefined> {
  const issuer = chain.find(({ id }) => id === role.issuedBy);
  const by = issuer && asActor(issuer);
  const arn = `arn:aws:iam::${role.account}:role/${role.principal}`;
  const given = by && (await attempt(by, 'sts', 'AssumeRole', { RoleArn: arn, RoleSessionName: 'session' }, ({ Credentials }) => Credentials.AccessKeyId));
  if (!given) return undefined;
  const credential: AttackerCredential = { ...role, id: given.Credentials.AccessKeyId, issuedBy: by.accessKeyId };
  truth.credentials.push(credential);
  return sessionsOf(world.accounts[role.account ?? '']!)[credential.id] && asActor(credential);
}
