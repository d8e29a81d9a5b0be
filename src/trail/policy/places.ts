/** Where an event holds a policy that stands on a resource: dotted paths tried in this order. */
interface Place {
  readonly policy: readonly string[];
  /** The resource's name. */
  readonly on: readonly string[];
}
const place = (policy: string, on: string): Place => ({
  policy: policy.split(' ').map((path) => `requestParameters.${path}`),
  on: on.split(' ').map((path) => `requestParameters.${path}`),
});

/** APIs that write a policy onto a resource. Source: the request shapes of the services; CloudTrail writes their members with a small first letter. */
export const RESOURCE_POLICIES: Readonly<Record<string, Place>> = {
  's3:PutBucketPolicy': place('bucketPolicy policy Policy', 'bucketName'),
  's3:PutAccessPointPolicy': place('PutAccessPointPolicyRequest.Policy policy', 'name accessPointName'),
  's3express:PutBucketPolicy': place('bucketPolicy policy Policy', 'bucketName'),
  's3tables:PutTableBucketPolicy': place('resourcePolicy', 'tableBucketARN'),
  's3tables:PutTablePolicy': place('resourcePolicy', 'tableBucketARN'),
  'kms:PutKeyPolicy': place('policy', 'keyId'),
  'kms:CreateKey': place('policy', 'description'),
  'sqs:SetQueueAttributes': place('attributes.Policy attributes.policy', 'queueUrl'),
  'sqs:CreateQueue': place('attributes.Policy attributes.policy attribute.Policy', 'queueName'),
  'sns:CreateTopic': place('attributes.Policy attributes.policy', 'name'),
  'ecr:SetRepositoryPolicy': place('policyText', 'repositoryName'),
  'ecr:PutRegistryPolicy': place('policyText', 'registryId'),
  'secretsmanager:PutResourcePolicy': place('resourcePolicy', 'secretId'),
  'backup:PutBackupVaultAccessPolicy': place('policy', 'backupVaultName'),
  'glacier:SetVaultAccessPolicy': place('policy.policy policy', 'vaultName'),
  'events:PutPermission': place('policy', 'eventBusName'),
  'dynamodb:PutResourcePolicy': place('policy', 'resourceArn'),
  'kinesis:PutResourcePolicy': place('policy', 'resourceARN'),
  'lambda:PutResourcePolicy': place('policy', 'resourceArn'),
  'logs:PutResourcePolicy': place('policyDocument', 'policyName'),
  'logs:PutDestinationPolicy': place('accessPolicy', 'destinationName'),
  'es:UpdateDomainConfig': place('accessPolicies', 'domainName'),
  'es:UpdateElasticsearchDomainConfig': place('accessPolicies', 'domainName'),
  'codeartifact:PutDomainPermissionsPolicy': place('policyDocument', 'domain'),
  'codeartifact:PutRepositoryPermissionsPolicy': place('policyDocument', 'repository'),
  'codebuild:PutResourcePolicy': place('policy', 'resourceArn'),
  'glue:PutResourcePolicy': place('policyInJson', 'resourceArn'),
  'elasticfilesystem:PutFileSystemPolicy': place('policy', 'fileSystemId'),
  'ses:PutIdentityPolicy': place('policy', 'identity'),
  'ses:CreateEmailIdentityPolicy': place('policy', 'emailIdentity'),
  'ssm:PutResourcePolicy': place('policy', 'resourceArn'),
  'ec2:ModifyVpcEndpoint': place('ModifyVpcEndpointRequest.PolicyDocument policyDocument', 'ModifyVpcEndpointRequest.VpcEndpointId vpcEndpointId'),
  'redshift:PutResourcePolicy': place('policy', 'resourceArn'),
  'acm-pca:PutPolicy': place('policy', 'resourceArn'),
  'mediastore:PutContainerPolicy': place('policy', 'containerName'),
};

/** APIs that give a role to code, and where the role's ARN or name stands in the request. Source: the request shapes of the services. */
export const PASSED_ROLES: Readonly<Record<string, readonly string[]>> = {
  'ec2:RunInstances': ['iamInstanceProfile.arn', 'iamInstanceProfile.name'],
  'ec2:AssociateIamInstanceProfile': [
    'AssociateIamInstanceProfileRequest.IamInstanceProfile.Arn',
    'AssociateIamInstanceProfileRequest.IamInstanceProfile.Name',
    'iamInstanceProfile.arn',
    'iamInstanceProfile.name',
  ],
  'ec2:ReplaceIamInstanceProfileAssociation': [
    'ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Arn',
    'ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Name',
    'iamInstanceProfile.arn',
    'iamInstanceProfile.name',
  ],
  'lambda:CreateFunction': ['role'],
  'lambda:UpdateFunctionConfiguration': ['role'],
  'cloudformation:CreateStack': ['roleARN'],
  'cloudformation:UpdateStack': ['roleARN'],
  'cloudformation:CreateChangeSet': ['roleARN'],
  'glue:CreateDevEndpoint': ['roleArn'],
  'glue:CreateJob': ['role'],
  'glue:CreateSession': ['role'],
  'sagemaker:CreateNotebookInstance': ['roleArn'],
  'sagemaker:CreateTrainingJob': ['roleArn'],
  'sagemaker:CreateProcessingJob': ['roleArn'],
  'codebuild:CreateProject': ['serviceRole'],
  'codebuild:UpdateProject': ['serviceRole'],
  'ecs:RegisterTaskDefinition': ['taskRoleArn'],
  'batch:RegisterJobDefinition': ['containerProperties.jobRoleArn'],
  'states:CreateStateMachine': ['roleArn'],
  'scheduler:CreateSchedule': ['target.roleArn'],
  'elasticmapreduce:RunJobFlow': ['jobFlowRole'],
  'apprunner:CreateService': ['instanceConfiguration.instanceRoleArn'],
  'iam:AddRoleToInstanceProfile': ['roleName'],
};
