import { MANAGER, PERSON, SISTER, withAbuseCase } from './estate.ts';
import { database, EVIDENCE_PROFILE, FORENSIC, sourceKey, VAULT, webServer } from './fleet.ts';

/** One command that changes things, run from a saved world and case. */
export interface Part {
  readonly id: string;
  /** Its words, without the case. */
  words(world: any): string[];
  /** The part at whose end this one begins; default: a case that was just opened. */
  readonly after?: string;
  /** What is typed when it is asked for at the terminal. Such a command runs for people, not with --json. */
  readonly typed?: string;
  /** The world of this part differs so. */
  world?(world: any): void;
  /** An operation that whoever goes on may send once more than needed. */
  readonly redone?: string;
  /** It works in other accounts of the organization too: the fence around the one account is down. */
  readonly abroad?: true;
}
const leakedKey = (world: any): any =>
  Object.values<any>(world.accounts[world.briefing.account].tables.accessKeys).find((one) => one.id === world.briefing.alarm.accessKeyId);
const session = (world: any): string => world.truth.credentials.find((one: any) => one.kind === 'session').id;

const copying = (world: any, ...more: string[]): string[] => [
  ...['copy', database(world), '--forensic', FORENSIC, '--forensic-key', 'create', '--source-key', sourceKey(world), ...more, '--yes'],
];

/** Both playbooks, and by its own command each registered action that no playbook runs, or runs in another way. */
export const PARTS: readonly Part[] = [
  { id: 'leaked-key', words: () => ['respond', 'leaked-key', '--yes'] },
  {
    id: 'compromised-instance',
    after: 'leaked-key',
    words: ({ briefing }) => [
      ...['respond', 'compromised-instance', '--instance', briefing.webServer.publicIp, '--from-ip', briefing.responderIp],
      ...['--workstation', briefing.workstation.name, '--reference', String(briefing.reference), '--waive', 'memory=rehearsal', '--yes'],
    ],
  },
  { id: 'a temporary key', words: (world) => ['contain-key', session(world), '--yes'] },
  { id: "the user's sessions", words: () => ['contain', 'sessions', '--yes'] },
  { id: 'the organization', abroad: true, words: () => ['contain', 'organization', '--organization-as', MANAGER, '--yes'] },
  {
    id: 'Identity Center',
    abroad: true,
    words: ({ briefing }) => [
      ...['contain', 'identity-center', '--user', PERSON, '--organization-as', MANAGER],
      ...['--identity-center-region', briefing.responder.region, '--yes'],
    ],
  },
  { id: 'a root user', abroad: true, typed: 'delete', words: () => ['contain', 'root', '--root-of', SISTER, '--yes'] },
  {
    id: 'the key for ever',
    typed: 'delete',
    words: () => ['contain-key', '--delete', '--reason', 'rehearsal', '--yes'],
    world: (world) => {
      leakedKey(world).status = 'Inactive';
    },
  },
  {
    id: 'a server with nothing left',
    typed: 'REMOVE',
    // A cut in two steps of which nobody saw the whole is done whole again: half of it cuts nothing.
    redone: 'ModifyNetworkInterfaceAttribute',
    words: (world) => [
      ...['isolate', webServer(world), '--from-ip', world.briefing.responderIp, '--scaling', 'protect', '--public-addresses', 'remove'],
      ...['--cut', 'two-step,acl-subnet', '--instance-role', 'remove', '--disable-metadata', '--revoke-role', '--no-verify', '--yes'],
    ],
  },
  {
    id: 'a server for Systems Manager alone',
    words: (world) => [
      ...['isolate', database(world), '--access', 'ssm', '--ssm-endpoints', 'create', '--scaling', 'detach', '--public-addresses', 'remove'],
      ...['--cut', 'acl', '--instance-role', 'replace', '--evidence-profile', EVIDENCE_PROFILE, '--no-protect', '--no-verify', '--yes'],
    ],
  },
  { id: 'a legal hold', words: (world) => ['snapshot', database(world), '--hold', '--lifecycle', 'disable', '--yes'] },
  { id: 'copies in another account', abroad: true, after: 'a legal hold', words: (world) => copying(world, '--grant', 'create') },
  {
    id: 'the copies on the way',
    abroad: true,
    after: 'copies in another account',
    typed: 'delete',
    words: (world) => copying(world, '--only-verify', '--remove-intermediate'),
  },
  { id: 'the case in a bucket', words: () => ['export', '--to', `s3://${VAULT}/cases`, '--legal-hold', '--yes'] },
  { id: 'a workstation', words: () => ['workstation', '--yes'] },
  { id: 'an answer to AWS Support', words: () => ['support', '--yes'], world: withAbuseCase },
  { id: 'a message to AWS Support', words: () => ['support', '--add', 'We have stopped it.', '--yes'], world: withAbuseCase },
  {
    id: "AWS's responders",
    words: ({ briefing }) => ['support', '--security-ir', '--security-ir-region', briefing.responder.region, '--cc', 'soc@example.com', '--yes'],
  },
];
export const PLAYBOOKS: readonly string[] = ['leaked-key', 'compromised-instance'];
