import type { Technique } from '../technique.ts';
import { technique as elasticIp } from './elastic-ip.ts';
import { technique as groupMembership } from './group-membership.ts';
import { technique as instanceProfile } from './instance-profile.ts';
import { technique as keyPair } from './key-pair.ts';
import { technique as launchTemplate } from './launch-template.ts';
import { technique as managedPolicy } from './managed-policy.ts';
import { technique as policyVersion } from './policy-version.ts';
import { technique as programAccessKey } from './program-access-key.ts';
import { technique as roleTrustOutsider } from './role-trust-outsider.ts';
import { technique as securityGroupOpen } from './security-group-open.ts';
import { technique as serviceSpecificCredential } from './service-specific-credential.ts';
import { technique as snapshotShared } from './snapshot-shared.ts';
import { technique as spotMiner } from './spot-miner.ts';
import { technique as sshKey } from './ssh-key.ts';

/** Every way that the lab can play: what needs an operation it lacks is not here. */
export const techniques: readonly Technique[] = [
  elasticIp,
  groupMembership,
  instanceProfile,
  keyPair,
  launchTemplate,
  managedPolicy,
  policyVersion,
  programAccessKey,
  roleTrustOutsider,
  securityGroupOpen,
  serviceSpecificCredential,
  snapshotShared,
  spotMiner,
  sshKey,
];
