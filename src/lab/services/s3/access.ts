import { LabError, type LabOperations } from '../../contract.ts';
import { plain } from '../paging.ts';
import { bucketArn, bucketAt, canonicalId, opensToAll, parsedPolicy } from './shared.ts';

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const group = (URI: string, Permission: string) => ({ Grantee: { Type: 'Group', URI }, Permission });
/** The grants a canned ACL stands for, beside the owner's. */
const CANNED: Record<string, object[]> = {
  private: [],
  'public-read': [group(ALL_USERS, 'READ')],
  'public-read-write': [group(ALL_USERS, 'READ'), group(ALL_USERS, 'WRITE')],
  'authenticated-read': [group(AUTHENTICATED, 'READ')],
};
const denied = (): LabError => new LabError('AccessDenied', 'Access Denied', { status: 403 });
const MAX_POLICY = 20_480;

export const operations: LabOperations = {
  PutBucketPolicy: {
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      if (Buffer.byteLength(input.Policy) > MAX_POLICY)
        throw new LabError('PolicyTooLarge', 'Policy exceeds the maximum allowed document size.', { status: 400 });
      const policy = parsedPolicy(input.Policy, bucket.name);
      if (bucket.publicAccessBlock?.BlockPublicPolicy && opensToAll(policy)) throw denied();
      bucket.policy = input.Policy;
    },
  },
  GetBucketPolicy: {
    resources: bucketArn,
    run(input, ctx) {
      const { policy } = bucketAt(ctx, input);
      if (policy === undefined) throw new LabError('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404 });
      return { Policy: policy };
    },
  },
  DeleteBucketPolicy: {
    resources: bucketArn,
    run(input, ctx) {
      delete bucketAt(ctx, input).policy;
    },
  },
  PutPublicAccessBlock: {
    resources: bucketArn,
    run(input, ctx) {
      const wanted = input.PublicAccessBlockConfiguration;
      const names = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
      bucketAt(ctx, input).publicAccessBlock = Object.fromEntries(names.map((name) => [name, wanted[name] === true]));
    },
  },
  GetPublicAccessBlock: {
    resources: bucketArn,
    run(input, ctx) {
      const { publicAccessBlock } = bucketAt(ctx, input);
      if (!publicAccessBlock)
        throw new LabError('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', { status: 404 });
      return { PublicAccessBlockConfiguration: publicAccessBlock };
    },
  },
  DeletePublicAccessBlock: {
    resources: bucketArn,
    run(input, ctx) {
      delete bucketAt(ctx, input).publicAccessBlock;
    },
  },
  PutBucketOwnershipControls: {
    resources: bucketArn,
    constraints: { 'OwnershipControls.Rules[].ObjectOwnership': { enum: ['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'] } },
    run(input, ctx) {
      const [rule] = input.OwnershipControls.Rules;
      if (!rule)
        throw new LabError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema', { status: 400 });
      bucketAt(ctx, input).ownership = rule.ObjectOwnership;
    },
  },
  GetBucketOwnershipControls: {
    resources: bucketArn,
    run: (input, ctx) => ({ OwnershipControls: { Rules: [{ ObjectOwnership: bucketAt(ctx, input).ownership }] } }),
  },
  PutBucketAcl: {
    resources: bucketArn,
    constraints: { ACL: { enum: ['private', 'public-read', 'public-read-write', 'authenticated-read'] } },
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const grants: any[] = input.AccessControlPolicy?.Grants ?? CANNED[input.ACL ?? 'private'] ?? [];
      const others = grants.filter((grant) => grant.Grantee?.ID !== canonicalId(ctx.account.id));
      if (bucket.ownership === 'BucketOwnerEnforced' && others.length > 0)
        throw new LabError('AccessControlListNotSupported', 'The bucket does not allow ACLs', { status: 400 });
      if (bucket.publicAccessBlock?.BlockPublicAcls && others.some((grant) => /AllUsers|AuthenticatedUsers/.test(String(grant.Grantee?.URI)))) throw denied();
      bucket.acl = { grants: plain(others) };
    },
  },
  GetBucketAcl: {
    resources: bucketArn,
    run(input, ctx) {
      const { acl } = bucketAt(ctx, input);
      const ID = canonicalId(ctx.account.id);
      const others = typeof acl === 'string' ? (CANNED[acl] ?? []) : acl.grants;
      return { Owner: { ID }, Grants: [{ Grantee: { Type: 'CanonicalUser', ID }, Permission: 'FULL_CONTROL' }, ...others] };
    },
  },
};
