import type { Text } from '../../kernel/index.ts';
import type { World } from '../contract.ts';
import type { ChangedResource, MadeResource } from './scoring.ts';

/** One of the attacker's credentials, or a way to get one. */
export interface AttackerCredential {
  /**
   * `session`: of a role, or a federated user's. `password`: a console password. `role`: a role whose trust policy lets the attacker
   * in. `service`, `ssh`, `certificate`: service-specific credentials, SSH keys and signing certificates of a user.
   */
  kind: 'key' | 'session' | 'password' | 'role' | 'service' | 'ssh' | 'certificate';
  /** Access key id, id of the credential, or the name of the user or role. */
  id: string;
  /** User or role whose permissions it carries. */
  principal: string;
  /** Where it counts. Default: the account of the alarm. */
  account?: string;
  /** What it was issued with; null for the leaked key. */
  issuedBy: string | null;
}
/** The answer key. Only the lab's control interface shows it. */
export interface Truth {
  scenario: string;
  accessKeyId: string;
  userName: string;
  /** UTC: the attacker's first and last call. */
  first: string;
  last: string;
  addresses: string[];
  regions: string[];
  resources: MadeResource[];
  /** What AWS made because of them (an instance's volumes and interfaces): naming it is right, leaving it out is no miss. */
  attendant: { type: string; id: string; arn: string; region: string }[];
  changed: ChangedResource[];
  credentials: AttackerCredential[];
  /** Instances of the company that the attacker got into. */
  instances: { id: string; region: string; account: string; rootVolume: string; disk: string }[];
  /** Benign things made beside the attack: what a hasty hunt would accuse. */
  lookAlikes: { type: string; id: string; region: string; by: string; names?: string[] }[];
  /** How the entered instance's disk came to be. */
  diskFrom?: 'manifest' | 'fixture';
  /** What the attacker did when he saw himself being shut out. */
  reactions: Reaction[];
  /** Where the attacker holds open connections: what they hang on, and what must not be lost or hurt. */
  network?: NetworkTruth;
}
export interface NetworkTruth {
  /** Interfaces of the entered instance. */
  interfaces: string[];
  /** Ids of the attacker's connections. */
  connections: string[];
  /** Innocent instances with the same role; their connections must live on. */
  neighbours: string[];
  /** The entered instance's volumes, by device. */
  volumes: Record<string, string>;
  /** It has a disk that a stop erases. */
  instanceStore: boolean;
  flowLog: string;
  autoScalingGroup: string;
  targetGroup: string;
}
/** One move of an attacker who is still there. */
export interface Reaction {
  /** UTC. */
  time: string;
  /** What he answered to: 'UpdateAccessKey AKIA...'. */
  to: string;
  operation: string;
  /** The credential he used. */
  with: string;
  /** The credential he won, or the policy he took away. */
  won?: string;
  /** Error code of a call that was refused. */
  refused?: string;
}
/** What the responder is told. */
export interface Briefing {
  scenario: string;
  account: string;
  reference: string;
  alarm: {
    kind: 'aws-abuse' | 'guardduty';
    /** Empty where the alarm is about an instance and names no key. */
    accessKeyId: string;
    /** The finding as EventBridge would bring it: what `aplomb open --from FILE` reads. */
    finding?: object;
    /** The notice, as an e-mail would say it. */
    text: Text;
    /** UTC: when the key became public; the hunt begins here. */
    since: string;
    /** UTC: when the notice arrived. */
    received: string;
  };
  /** Other accounts of the organisation, each with a role that the responder may assume there. */
  accounts?: { id: string; name: string; roleArn: string }[];
  /** The instance that the attacker got into, if he did; without one there is nothing to isolate or examine. */
  webServer?: { name: string; publicIp: string; region: string; instanceId?: string };
  responder: { userName: string; accessKeyId: string; secretAccessKey: string; region: string };
  /** Public address that the responder works from. */
  responderIp: string;
  workstation?: { name: string; region: string };
}
/** The lab's own truth about containment at this moment. */
export interface Containment {
  /** Every credential of the attacker is dead. */
  key: boolean;
  /** Per entered instance: stopped or terminated, or cut off from every network. */
  instances: Record<string, boolean>;
  /** What is still open, one line each. Empty when contained. */
  reasons: string[];
  /** Innocents that the response cut off or ended, one line each. */
  hurt?: string[];
  /** Evidence that is gone, one line each. */
  lost?: string[];
}

export interface ScenarioLab {
  /** Endpoint for the SDK clients. */
  url: string;
  world: World;
  log(line: Text): void;
}
export interface Scenario {
  id: string;
  title: Text;
  summary: Text;
  /** A world before its story: the account and its first administrator, no trouble. `disks` is a folder for disk images. */
  prepare(options: { seed: string; disks: string }): Promise<World>;
  /**
   * The company's life and the attack, as SDK calls over HTTP at past lab times. Needs the world in the same process, since it
   * moves its clock. Ends in the present (offset 0) with truth, briefing and the default trouble in place.
   */
  play(lab: ScenarioLab): Promise<void>;
  /**
   * The attacker is still there: lets him act from now on, through real calls in the present, as long as a credential of his works.
   * Without it the story is over when it has been played.
   */
  live?(lab: { url: string; world: () => World }): LiveAttacker;
  contained(world: World): Containment;
}
export interface LiveAttacker {
  /** Ends him, and waits for the call he is making. */
  stop(): Promise<void>;
}
