import type { Technique } from '../technique.ts';
import { technique as amiShared } from './ami-shared.ts';
import { technique as amplifyApp } from './amplify-app.ts';
import { technique as apprunnerService } from './apprunner-service.ts';
import { technique as asgMiner } from './asg-miner.ts';
import { technique as batchMiner } from './batch-miner.ts';
import { technique as bedrockLoggingOff } from './bedrock-logging-off.ts';
import { technique as bucketPolicyOutsider } from './bucket-policy-outsider.ts';
import { technique as codebuildProject } from './codebuild-project.ts';
import { technique as ec2Fleet } from './ec2-fleet.ts';
import { technique as ecsFargateMiner } from './ecs-fargate-miner.ts';
import { technique as eicEndpoint } from './eic-endpoint.ts';
import { technique as elasticIp } from './elastic-ip.ts';
import { technique as emrCluster } from './emr-cluster.ts';
import { technique as eventRuleTarget } from './event-rule-target.ts';
import { technique as flowLogsDeleted } from './flow-logs-deleted.ts';
import { technique as glueDevendpoint } from './glue-devendpoint.ts';
import { technique as glueJob } from './glue-job.ts';
import { technique as groupMembership } from './group-membership.ts';
import { technique as guarddutySuspended } from './guardduty-suspended.ts';
import { technique as instanceProfile } from './instance-profile.ts';
import { technique as keyPair } from './key-pair.ts';
import { technique as kmsGrant } from './kms-grant.ts';
import { technique as kmsKeyPolicy } from './kms-key-policy.ts';
import { technique as lambdaCode } from './lambda-code.ts';
import { technique as lambdaFunctionUrl } from './lambda-function-url.ts';
import { technique as lambdaLayer } from './lambda-layer.ts';
import { technique as launchTemplate } from './launch-template.ts';
import { technique as lightsailInstance } from './lightsail-instance.ts';
import { technique as loginProfile } from './login-profile.ts';
import { technique as managedPolicy } from './managed-policy.ts';
import { technique as mfaDevice } from './mfa-device.ts';
import { technique as oidcProvider } from './oidc-provider.ts';
import { technique as policyVersion } from './policy-version.ts';
import { technique as programAccessKey } from './program-access-key.ts';
import { technique as rdsSnapshotShared } from './rds-snapshot-shared.ts';
import { technique as replicationOut } from './replication-out.ts';
import { technique as roleTrustOutsider } from './role-trust-outsider.ts';
import { technique as sagemakerNotebook } from './sagemaker-notebook.ts';
import { technique as schedule } from './schedule.ts';
import { technique as secretPolicy } from './secret-policy.ts';
import { technique as securityGroupOpen } from './security-group-open.ts';
import { technique as serviceSpecificCredential } from './service-specific-credential.ts';
import { technique as sesIdentity } from './ses-identity.ts';
import { technique as signingCertificate } from './signing-certificate.ts';
import { technique as snapshotShared } from './snapshot-shared.ts';
import { technique as snsTopic } from './sns-topic.ts';
import { technique as spotFleet } from './spot-fleet.ts';
import { technique as spotMiner } from './spot-miner.ts';
import { technique as sshKey } from './ssh-key.ts';
import { technique as ssmActivation } from './ssm-activation.ts';
import { technique as ssmAssociation } from './ssm-association.ts';
import { technique as ssmDocument } from './ssm-document.ts';
import { technique as trailStopped } from './trail-stopped.ts';
import { technique as vpcPeering } from './vpc-peering.ts';

/** Every way that the lab can play: what needs an operation it lacks is not here. */
export const techniques: readonly Technique[] = [
  amiShared,
  amplifyApp,
  apprunnerService,
  asgMiner,
  batchMiner,
  bedrockLoggingOff,
  bucketPolicyOutsider,
  codebuildProject,
  ec2Fleet,
  ecsFargateMiner,
  eicEndpoint,
  elasticIp,
  emrCluster,
  eventRuleTarget,
  flowLogsDeleted,
  glueDevendpoint,
  glueJob,
  groupMembership,
  guarddutySuspended,
  instanceProfile,
  keyPair,
  kmsGrant,
  kmsKeyPolicy,
  lambdaCode,
  lambdaFunctionUrl,
  lambdaLayer,
  launchTemplate,
  lightsailInstance,
  loginProfile,
  managedPolicy,
  mfaDevice,
  oidcProvider,
  policyVersion,
  programAccessKey,
  rdsSnapshotShared,
  replicationOut,
  roleTrustOutsider,
  sagemakerNotebook,
  schedule,
  secretPolicy,
  securityGroupOpen,
  serviceSpecificCredential,
  sesIdentity,
  signingCertificate,
  snapshotShared,
  snsTopic,
  spotFleet,
  spotMiner,
  sshKey,
  ssmActivation,
  ssmAssociation,
  ssmDocument,
  trailStopped,
  vpcPeering,
];
