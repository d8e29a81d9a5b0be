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

/** What to say when AWS has put its quarantine on a user. */
export const aboutQuarantine = (names: readonly string[]): Text =>
  text(
    `AWS itself attached ${names.join(', ')}: leave it, and answer the case AWS opened. It is a brake, not containment; it does not deny ${QUARANTINE_HOLES.join(', ')}`,
    `AWS adjuntó ${names.join(', ')}: no la quite y responda al caso abierto por AWS. Es un freno, no una contención; no deniega ${QUARANTINE_HOLES.join(', ')}`,
  );
