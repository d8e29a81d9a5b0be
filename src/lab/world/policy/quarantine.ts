/**
 * What AWS's own quarantine policies deny, as the AWS Managed Policy Reference lists it: AWSCompromisedKeyQuarantine (v1, 2020) and
 * the later AWSCompromisedKeyQuarantineV2 (v5) and V3 (v2), which deny the same 89 actions.
 */
const actions = (service: string, names: string): string[] => names.split(' ').map((name) => `${service}:${name}`);

export const FIRST_QUARANTINE: readonly string[] = [
  ...actions('iam', 'AttachGroupPolicy AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey CreateInstanceProfile CreateLoginProfile'),
  ...actions('iam', 'CreateRole CreateUser DetachUserPolicy PutUserPermissionsBoundary PutUserPolicy UpdateAccessKey UpdateAccountPasswordPolicy UpdateUser'),
  ...actions('ec2', 'RequestSpotInstances RunInstances StartInstances'),
  ...actions('organizations', 'CreateAccount CreateOrganization InviteAccountToOrganization'),
  ...actions('lambda', 'CreateFunction'),
  ...actions('lightsail', 'Create* Start* Delete* Update* GetInstanceAccessDetails DownloadDefaultKeyPair'),
];

export const QUARANTINE: readonly string[] = [
  ...actions('cloudtrail', 'LookupEvents'),
  ...actions('ec2', 'RequestSpotInstances RunInstances StartInstances'),
  ...actions('iam', 'AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey CreateInstanceProfile'),
  ...actions('iam', 'CreateLoginProfile CreatePolicyVersion CreateRole CreateUser DetachUserPolicy PassRole PutGroupPolicy PutRolePolicy'),
  ...actions('iam', 'PutUserPermissionsBoundary PutUserPolicy SetDefaultPolicyVersion UpdateAccessKey UpdateAccountPasswordPolicy'),
  ...actions('iam', 'UpdateAssumeRolePolicy UpdateLoginProfile UpdateUser'),
  ...actions('lambda', 'AddLayerVersionPermission AddPermission CreateFunction GetPolicy ListTags PutProvisionedConcurrencyConfig'),
  ...actions('lambda', 'TagResource UntagResource UpdateFunctionCode'),
  ...actions('lightsail', 'Create* Delete* DownloadDefaultKeyPair GetInstanceAccessDetails Start* Update*'),
  ...actions('organizations', 'CreateAccount CreateOrganization InviteAccountToOrganization'),
  ...actions('s3', 'DeleteBucket DeleteObject DeleteObjectVersion PutLifecycleConfiguration PutBucketAcl PutBucketOwnershipControls'),
  ...actions('s3', 'DeleteBucketPolicy ObjectOwnerOverrideToBucketOwner PutAccountPublicAccessBlock PutBucketPolicy ListAllMyBuckets'),
  ...actions('ec2', 'PurchaseReservedInstancesOffering AcceptReservedInstancesExchangeQuote CreateReservedInstancesListing'),
  ...actions('savingsplans', 'CreateSavingsPlan'),
  ...actions('ecs', 'CreateService CreateCluster RegisterTaskDefinition'),
  ...actions('ecr', 'GetAuthorizationToken'),
  ...actions('bedrock', 'CreateModelInvocationJob InvokeModelWithResponseStream CreateFoundationModelAgreement PutFoundationModelEntitlement InvokeModel'),
  ...actions('s3', 'CreateBucket PutBucketCors GetObject ListBucket'),
  ...actions('sagemaker', 'CreateEndpointConfig CreateProcessingJob'),
  ...actions('ses', 'GetSendQuota ListIdentities'),
  ...actions('sts', 'GetSessionToken GetFederationToken'),
  ...actions('amplify', 'CreateDeployment CreateBackendEnvironment'),
  ...actions('codebuild', 'CreateProject'),
  ...actions('glue', 'CreateJob'),
  ...actions('iam', 'DeleteRole DeleteAccessKey ListUsers'),
  ...actions('lambda', 'GetEventSourceMapping'),
  ...actions('sns', 'GetSMSAttributes'),
  ...actions('mediapackagev2', 'CreateChannel'),
];
