import type { Account, World } from '../../contract.ts';
import { iamTables, issueRoleSession } from '../../world/index.ts';
import type { Flow } from '../../world/network/index.ts';
import type { Loot } from '../loot.ts';
import type { Scene } from '../moves.ts';
import type { Actor, Stage } from '../stage.ts';
import { intruderUserData } from '../web-server/traces.ts';
import type { Cast } from './cast.ts';
import type { Company } from './company.ts';
import { type Connect, opens } from './connect.ts';

/** From a page that fetches any address, to the role's credentials, to root at the next start, to three connections that stay. */
export function attackScenes(world: World, stage: Stage, cast: Cast, company: Company, loot: Loot, held: Flow[]): Scene[] {
  const { account, addresses, agents, home, times, remote, ports } = cast;
  const { web } = company;
  const connect = opens(world, stage, cast);
  let thief: Actor;
  const ec2 = (operation: string, input: object) => stage.call(thief, 'ec2', operation, input, home);

  /** No call of AWS: the metadata service answered the page. */
  const steal = async () => {
    world.offset = stage.now - Date.now();
    const owner = world.accounts[account] as Account;
    // The service renews its credentials; the thief reads the newest whenever he likes.
    const row = issueRoleSession(world, owner, iamTables(owner).roles[cast.role]!, { sessionName: web.instanceId, seconds: 12 * 3600, ec2RoleDelivery: '1.0' });
    thief = { accessKeyId: row.id, secretAccessKey: row.secret, sessionToken: row.token, ip: addresses.proxy, userAgent: agents.shared };
    loot.credentials.push({ kind: 'session', id: row.id, principal: cast.role, account, issuedBy: null });
    await stage.call(thief, 'sts', 'GetCallerIdentity', {}, home);
    await ec2('DescribeInstances', { MaxResults: 100 });
    await ec2('DescribeSecurityGroups', { MaxResults: 100 });
  };
  /** His script runs as root when the server starts again. */
  const enter = async () => {
    const InstanceId = web.instanceId;
    await ec2('StopInstances', { InstanceIds: [InstanceId] });
    stage.until(stage.now + 120_000);
    const script = intruderUserData({ ...cast.intruder, ip: addresses.attacker, scanner: addresses.scanner });
    await ec2('ModifyInstanceAttribute', { InstanceId, UserData: { Value: Buffer.from(script) } });
    await ec2('ModifyInstanceAttribute', { InstanceId, InstanceInitiatedShutdownBehavior: { Value: 'terminate' } });
    await ec2('StartInstances', { InstanceIds: [InstanceId] });
    const how = 'user data replaced over a restart, shutdown behaviour terminate';
    loot.changed.push({ type: 'AWS::EC2::Instance', id: InstanceId, arn: `arn:aws:ec2:${home}:${account}:instance/${InstanceId}`, region: home, how });
  };
  const hold = (more: Omit<Connect, 'who' | 'direction' | 'protocol'>): void => {
    held.push(connect({ who: 'attacker', direction: 'out', protocol: 'tcp', ...more }));
  };
  const shell = async () => {
    const from = { interfaceId: web.interfaces[0], local: web.privateIps[0], localPort: 51_544, publicIp: web.publicIp };
    hold({ label: 'reverse shell of the web server', ...from, remote: remote.shell, remotePort: ports.shell, via: 'direct' });
  };
  const beacon = async () => {
    const from = { interfaceId: web.interfaces[2], local: web.privateIps[2], localPort: 40_112 };
    hold({ label: 'beacon', ...from, remote: remote.beacon, remotePort: ports.beacon, via: 'nat' });
  };
  const six = async () => {
    const from = { interfaceId: web.interfaces[1], local: web.ipv6, localPort: 38_020 };
    hold({ label: 'tunnel', ...from, remote: remote.six, remotePort: ports.six, via: 'direct' });
  };
  const lookBack = async () => {
    await ec2('DescribeInstances', { MaxResults: 100 });
    await ec2('DescribeVolumes', { MaxResults: 100 });
  };
  return [
    { at: times.stolen, play: steal },
    { at: times.restarted - 180_000, play: enter },
    { at: times.shell, play: shell },
    { at: times.login, play: beacon },
    { at: times.six, play: six },
    { at: times.last, play: lookBack },
  ];
}
