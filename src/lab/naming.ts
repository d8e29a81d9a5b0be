/** Reads by name, as AWS's own convention has it. */
const READ = /^(Describe|Get|List|Lookup|Head|Search|Generate|Check|Decode|Simulate|Preview|Validate|Select|BatchGet|BatchCheck|Download|Estimate)/;
export const readsByName = (operation: string): boolean => READ.test(operation);

/** Services without regional state: their calls land in us-east-1, and so do their CloudTrail events. */
const GLOBAL = new Set(['iam', 'account', 'support', 'organizations']);
export const homeRegion = (service: string, region: string): string => (GLOBAL.has(service) ? 'us-east-1' : region);

/** Where the IAM action is not named like the operation. Service Authorization Reference, Amazon S3 and AWS Lambda. */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  s3: {
    ListObjects: 'ListBucket',
    ListObjectsV2: 'ListBucket',
    HeadBucket: 'ListBucket',
    HeadObject: 'GetObject',
    ListBuckets: 'ListAllMyBuckets',
    CreateMultipartUpload: 'PutObject',
    UploadPart: 'PutObject',
    CompleteMultipartUpload: 'PutObject',
    CopyObject: 'PutObject',
    DeleteObjects: 'DeleteObject',
    ListObjectVersions: 'ListBucketVersions',
    ListMultipartUploads: 'ListBucketMultipartUploads',
    ListParts: 'ListMultipartUploadParts',
    GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
    PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
    GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
    DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
    GetBucketReplication: 'GetReplicationConfiguration',
    PutBucketReplication: 'PutReplicationConfiguration',
    DeleteBucketReplication: 'PutReplicationConfiguration',
    GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
    PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
    DeleteBucketLifecycle: 'PutLifecycleConfiguration',
    GetBucketEncryption: 'GetEncryptionConfiguration',
    PutBucketEncryption: 'PutEncryptionConfiguration',
  },
  lambda: { Invoke: 'InvokeFunction' },
};
/** Signing name -> prefix of its IAM actions, where they differ. Service Authorization Reference. */
const PREFIX: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };
export const iamAction = (service: string, operation: string): string => `${PREFIX[service] ?? service}:${ACTIONS[service]?.[operation] ?? operation}`;
