import type { Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';

/**
 * What AWS's quarantine (AWSCompromisedKeyQuarantine, V2, V3) leaves open: actions none of the three denies. It is a brake.
 * Source: AWS Managed Policy Reference, versions of 2 October 2024, compared action by action.
 */
export const QUARANTINE_HOLES = [
  'sts:AssumeRole',
  'cloudtrail:StopLogging',
  'cloudtrail:DeleteTrail',
  'ses:SendEmail',
  'secretsmanager:GetSecretValue',
  'ssm:*',
  'kms:Decrypt',
  'iam:CreateServiceSpecificCredential',
  'iam:UploadSigningCertificate',
  'iam:UploadSSHPublicKey',
  'iam:CreatePolicy',
  'iam:DeactivateMFADevice',
  'ec2:CreateSnapshot',
  'ec2:ModifySnapshotAttribute',
  'ec2:CreateFleet',
  'ec2:RequestSpotFleet',
  'ec2:TerminateInstances',
  'ecs:RunTask',
  'batch:SubmitJob',
  'cloudformation:CreateStack',
  'account:EnableRegion',
  'guardduty:DeleteDetector',
  's3:PutObject',
] as const;

/** The versions that were compared. A later one may deny more. */
const COMPARED = /^AWSCompromisedKeyQuarantine(V2|V3)?$/;

/** What to say when AWS has put its quarantine on a user. */
export function aboutQuarantine(names: readonly string[]): Text {
  const later = names.some((name) => !COMPARED.test(name));
  const holes = QUARANTINE_HOLES.join(', ');
  return text(
    `AWS itself attached ${names.join(', ')}: leave it, and answer the case AWS opened. It is a brake, not containment; ${later ? 'this version is newer than those compared here, which do' : 'it does'} not deny ${holes}`,
    `AWS adjuntó ${names.join(', ')}: no la quite y responda al caso abierto por AWS. Es un freno, no una contención; ${later ? 'esta versión es posterior a las comparadas aquí, que no deniegan' : 'no deniega'} ${holes}`,
  );
}
