import { foldFacts, openCase } from '../evidence/index.ts';
import { type JsonObject, TOOL } from '../kernel/index.ts';
import type { Reaction, Truth } from '../lab/scenarios/scenario.ts';
import { type Score, score } from '../lab/scenarios/scoring.ts';
import type { LabProcess } from './lab-process.ts';

export interface Scored extends Score {
  /** What is still open, by the lab's own truth. */
  readonly open: readonly string[];
  /** How often the leaked key had to be answered. */
  readonly rounds: number;
  /** What the attacker won back while he was being shut out, how much of it was taken from him again, and what was not. */
  /** Innocents that the response cut off or ended, and evidence that is gone, by the lab's own truth. */
  readonly hurt: readonly string[];
  readonly lost: readonly string[];
  readonly recreated: { readonly made: number; readonly caught: number; readonly missed: readonly string[] };
}
interface Effect {
  readonly operation: string;
  readonly time: number;
  readonly accessKeyId: string;
  readonly input: Record<string, unknown> | null;
}

/** Changes that shut somebody out. */
const CONTAINING = new Set([
  'UpdateAccessKey',
  'DeleteAccessKey',
  'AttachUserPolicy',
  'PutUserPolicy',
  'PutRolePolicy',
  'UpdateAssumeRolePolicy',
  'DeleteLoginProfile',
  'DeactivateMFADevice',
  'UpdateServiceSpecificCredential',
  'UpdateSSHPublicKey',
  'UpdateSigningCertificate',
  'DisableProfile',
  'DisableTrustAnchor',
  'PutInlinePolicyToPermissionSet',
  'AttachPolicy',
  'ModifyNetworkInterfaceAttribute',
  'CreateNetworkAclEntry',
  'ReplaceNetworkAclAssociation',
  'DisassociateAddress',
  'ReplaceIamInstanceProfileAssociation',
  'DisassociateIamInstanceProfile',
  'ModifyInstanceMetadataOptions',
  'StopInstances',
]);

/** Taken from him again: the key he won is switched off or gone, the policy he took away is back in one form or another. */
function answered(reaction: Reaction, cuts: readonly Effect[], user: string): boolean {
  const later = cuts.filter(({ time }) => time >= Date.parse(reaction.time));
  if (/^(Create|Update)AccessKey$/.test(reaction.operation))
    return later.some(
      ({ operation, input }) => /^(Update|Delete)AccessKey$/.test(operation) && input?.AccessKeyId === reaction.won && input?.Status !== 'Active',
    );
  if (/^(Detach|Delete)UserPolicy$/.test(reaction.operation))
    return later.some(({ operation, input }) => /^(Attach|Put)UserPolicy$/.test(operation) && input?.UserName === user);
  // A role taken again ends with the role's own revocation.
  return later.some(({ operation }) => operation === 'PutRolePolicy');
}

/** Asks the lab for its truth, now that the response has ended, and writes the score into the case. */
export async function scoreRehearsal(
  lab: LabProcess,
  dir: string,
  told: { scenario: string; alarm: number; rounds: number; accounts: readonly string[] },
): Promise<Scored> {
  const [answer, world, effects] = (await Promise.all([lab.control('GET', 'truth'), lab.control('GET', 'save'), lab.control('GET', 'effects')])) as [
    Truth,
    any,
    Effect[],
  ];
  const { scenarios } = await import('../generated/lab.ts');
  const containment = (await scenarios[told.scenario]!()).contained(world);
  const his = new Set(answer.credentials.map(({ id }) => id));
  const cuts = effects.filter(({ operation, accessKeyId, time }) => CONTAINING.has(operation) && !his.has(accessKeyId) && time >= told.alarm);
  const won = answer.reactions.filter((reaction) => reaction.won !== undefined);
  const missed = won.filter((reaction) => !answered(reaction, cuts, answer.userName));
  // Nobody is asked for what lies in an account that there were no credentials for.
  const within = ({ account }: { account?: string }): boolean => account === undefined || told.accounts.includes(account);
  const contained = containment.reasons.length === 0;
  const file = openCase(dir, { tool: TOOL });
  try {
    const { found, verdicts } = foldFacts(file.entries);
    // An alarm about an instance leads to no hunt: what nobody looked for is not missed.
    const hunted = verdicts.hunt !== undefined;
    const asked = <T extends { account?: string }>(list: T[]): T[] => list.filter((one) => hunted && within(one));
    const truth = { ...answer, resources: asked(answer.resources), changed: asked(answer.changed) };
    const result = score(truth, { found }, contained, {
      alarm: told.alarm,
      contained: contained ? Math.max(told.alarm, ...cuts.map((cut) => cut.time)) : null,
    });
    const scored: Scored = {
      ...result,
      open: containment.reasons,
      rounds: told.rounds,
      hurt: containment.hurt ?? [],
      lost: containment.lost ?? [],
      recreated: { made: won.length, caught: won.length - missed.length, missed: missed.map(({ operation, won: what }) => `${operation} ${what}`) },
    };
    file.append('score', { score: scored as unknown as JsonObject });
    return scored;
  } finally {
    file.close();
  }
}
