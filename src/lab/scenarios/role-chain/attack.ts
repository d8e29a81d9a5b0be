import type { Account, World } from '../../contract.ts';
import { consoleSession, sessionsOf } from '../../world/index.ts';
import type { Loot } from '../loot.ts';
import type { Scene } from '../moves.ts';
import type { Actor, Stage } from '../stage.ts';
import type { Cast } from './cast.ts';
import type { Organisation } from './company.ts';

/** What the attacker holds as the story goes on. */
export interface Held {
  leaked: Actor;
  federated: Actor;
  /** The federated session's sign-in to the console, where it may call IAM too. */
  console: Actor;
  first: Actor;
  second: Actor;
  third: Actor;
}

/** From one key to a federated session and its console, and through three roles of two accounts to every right. */
export function attackScenes(world: World, stage: Stage, cast: Cast, company: Organisation, loot: Loot): { scenes: Scene[]; held: Held } {
  const { addresses, agents, times, account, management } = cast;
  const leaked: Actor = { ...company.leaked, ip: addresses.attacker, userAgent: agents.shared };
  const held: Held = { leaked, federated: leaked, console: leaked, first: leaked, second: leaked, third: leaked };
  loot.credentials.push({ kind: 'key', id: leaked.accessKeyId, principal: cast.ci, account, issuedBy: null });
  const actor = (given: any, ip: string): Actor => ({
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    ip,
    userAgent: agents.shared,
  });

  const probe = async () => {
    const scanner: Actor = { ...leaked, ip: addresses.scanner, userAgent: agents.script };
    await stage.call(scanner, 'sts', 'GetCallerIdentity', {}, 'us-east-1');
    await stage.call(scanner, 'iam', 'GetUser', {}, 'us-east-1');
  };
  const survey = async () => {
    for (const operation of ['ListUsers', 'ListRoles', 'GetAccountSummary']) await stage.call(leaked, 'iam', operation, {}, 'us-east-1');
    await stage.call(leaked, 'iam', 'GetRole', { RoleName: cast.firstRole }, 'us-east-1');
    for (const region of [cast.home, ...cast.quiet]) await stage.call(leaked, 'ec2', 'DescribeInstances', { MaxResults: 100 }, region);
  };
  /** Thirty-six hours that outlive the key, and a console where no key is ever shown. */
  const federate = async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    const asked = { Name: cast.federated, Policy, DurationSeconds: 129_600 };
    const { Credentials: given } = await stage.call(leaked, 'sts', 'GetFederationToken', asked, 'us-east-1');
    held.federated = actor(given, addresses.attacker);
    loot.credentials.push({ kind: 'session', id: given.AccessKeyId, principal: cast.ci, account, issuedBy: leaked.accessKeyId });
    stage.until(stage.now + 90_000);
    world.offset = stage.now - Date.now();
    const row = consoleSession(world, world.accounts[account] as Account, { session: given.AccessKeyId }, { ip: addresses.proxy });
    held.console = { accessKeyId: row.id, secretAccessKey: row.secret, sessionToken: row.token, ip: addresses.proxy, userAgent: agents.shared };
    loot.credentials.push({ kind: 'session', id: row.id, principal: cast.ci, account, issuedBy: given.AccessKeyId });
    await stage.call(held.console, 'iam', 'ListUsers', {}, 'us-east-1');
    await stage.call(held.console, 'ec2', 'DescribeInstances', { MaxResults: 100 }, cast.quiet[0]);
  };
  const take = async (by: Actor, RoleArn: string, owner: string, ip: string): Promise<Actor> => {
    const asked = { RoleArn, RoleSessionName: 'session', DurationSeconds: 3600 };
    const { Credentials: given } = await stage.call(by, 'sts', 'AssumeRole', asked, cast.home);
    loot.credentials.push({
      kind: 'session',
      id: given.AccessKeyId,
      principal: sessionsOf(world.accounts[owner]!)[given.AccessKeyId]!.issuer.name,
      account: owner,
      issuedBy: by.accessKeyId,
    });
    const taken = actor(given, ip);
    await stage.call(taken, 'sts', 'GetCallerIdentity', {}, cast.home);
    return taken;
  };
  const chain = async () => {
    held.first = await take(leaked, company.roleArns.first, account, addresses.attacker);
    await stage.call(held.first, 'ec2', 'DescribeInstances', { MaxResults: 100 }, cast.home);
    held.second = await take(held.first, company.roleArns.second, management, addresses.proxy);
    await stage.call(held.second, 'organizations', 'ListAccounts', {}, 'us-east-1');
    held.third = await take(held.second, company.roleArns.third, account, addresses.proxy);
    await stage.call(held.third, 'iam', 'ListUsers', {}, 'us-east-1');
  };
  const lookBack = async () => {
    await stage.call(held.third, 'iam', 'ListAccessKeys', { UserName: cast.ci }, 'us-east-1');
    await stage.call(leaked, 'sts', 'GetCallerIdentity', {}, 'us-east-1');
  };
  return {
    held,
    scenes: [
      { at: times.probe, play: probe },
      { at: times.survey, play: survey },
      { at: times.federate, play: federate },
      { at: times.chain, play: chain },
      { at: times.last, play: lookBack },
    ],
  };
}
