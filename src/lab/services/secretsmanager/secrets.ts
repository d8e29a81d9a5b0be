import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain, suffix } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Secret {
  name: string;
  arn: string;
  created: number;
  changed: number;
  description?: string;
  kmsKeyId?: string;
  version: string;
  /** The value; the world's comparison leaves members of this name out. */
  secret?: string;
  policy?: string;
  deleted?: number;
  /** Where the primary is, in a replica; where the replicas are, in a primary. */
  primary: string;
  replicas: string[];
  tags: any[];
}
const NOT_FOUND = "Secrets Manager can't find the specified secret.";
const secrets = shelf<Secret>('secrets', () => new LabError('ResourceNotFoundException', NOT_FOUND));

function secretOf(ctx: LabContext, id: string, deletedToo = false): Secret {
  const row = secrets.all(ctx).find((one) => one.name === id || one.arn === id || (id.startsWith('arn:') && one.arn.slice(0, -7) === id));
  if (!row) throw new LabError('ResourceNotFoundException', NOT_FOUND);
  if (row.deleted !== undefined && !deletedToo)
    throw new LabError('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
  return row;
}
const resources = (input: any, ctx: LabContext): string[] => [secretOf(ctx, input.SecretId, true).arn];
const SECRET_ID: Constraint = { length: [1, 2048] };

/** Who would be let in without a condition: everybody. */
function opensToAll(text: string): boolean {
  let policy: any;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new LabError('MalformedPolicyDocumentException', 'This resource policy contains invalid Json.');
  }
  if (typeof policy !== 'object' || policy === null || policy.Statement === undefined)
    throw new LabError('MalformedPolicyDocumentException', 'This resource policy contains a syntax error.');
  return [policy.Statement].flat().some((one: any) => {
    const who = one?.Principal === '*' ? ['*'] : [one?.Principal?.AWS].flat();
    return one?.Effect === 'Allow' && who.includes('*') && one.Condition === undefined;
  });
}
const replication = (one: Secret) => one.replicas.map((Region) => ({ Region, Status: 'InSync', StatusMessage: 'Replication succeeded' }));
const view = (ctx: LabContext, one: Secret) => ({
  ARN: one.arn,
  Name: one.name,
  ...(one.description === undefined ? {} : { Description: one.description }),
  ...(one.kmsKeyId === undefined ? {} : { KmsKeyId: one.kmsKeyId }),
  RotationEnabled: false,
  CreatedDate: date(one.created),
  LastChangedDate: date(one.changed),
  ...(one.deleted === undefined ? {} : { DeletedDate: date(one.deleted) }),
  ...(one.primary === ctx.region.name && one.replicas.length === 0 ? {} : { PrimaryRegion: one.primary }),
  Tags: one.tags,
});

/** Copies live in the other regions under the same name; AWS keeps them in step. */
function replicate(ctx: LabContext, secret: Secret, regions: { Region?: string; KmsKeyId?: string }[]): void {
  for (const { Region: region = '', KmsKeyId: kmsKeyId } of regions) {
    const there = ctx.account.regions[region];
    if (!there || there.optIn === 'not-opted-in') throw new LabError('InvalidParameterException', `Invalid region: ${region}`);
    if (region === ctx.region.name || secret.replicas.includes(region))
      throw new LabError('InvalidParameterException', `The secret is already replicated to region ${region}.`);
    const arn = secret.arn.replace(`:${ctx.region.name}:`, `:${region}:`);
    there.tables.secrets ??= {};
    if (Object.hasOwn(there.tables.secrets, secret.name)) throw new LabError('ResourceExistsException', `A secret with this name already exists in ${region}.`);
    there.tables.secrets[secret.name] = { ...secret, arn, replicas: [], created: ctx.now(), ...(kmsKeyId === undefined ? {} : { kmsKeyId }) };
    secret.replicas.push(region);
  }
}

export const operations: LabOperations = {
  CreateSecret: {
    constraints: { Name: { length: [1, 512] }, ClientRequestToken: { length: [32, 64] }, Description: { length: [0, 2048] }, KmsKeyId: { length: [0, 2048] } },
    run(input, ctx) {
      const there = secrets.find(ctx, input.Name);
      if (there?.deleted !== undefined)
        throw new LabError('InvalidRequestException', "You can't create this secret because a secret with this name is already scheduled for deletion.");
      if (there) throw new LabError('ResourceExistsException', `The operation failed because the secret ${input.Name} already exists.`);
      if (!/^[A-Za-z0-9/_+=.@-]+$/.test(input.Name))
        throw new LabError('ValidationException', 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!', {
          status: 400,
        });
      const value = input.SecretString ?? (input.SecretBinary === undefined ? undefined : Buffer.from(input.SecretBinary).toString('base64'));
      const row: Secret = {
        name: input.Name,
        arn: arnOf(ctx, 'secretsmanager', `secret:${input.Name}-${suffix(ctx, 6)}`),
        created: ctx.now(),
        changed: ctx.now(),
        version: input.ClientRequestToken ?? ctx.uuid(),
        primary: ctx.region.name,
        replicas: [],
        tags: plain(input.Tags ?? []),
        ...(value === undefined ? {} : { secret: value }),
        ...(input.Description === undefined ? {} : { description: input.Description }),
        ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
      };
      secrets.put(ctx, row.name, row);
      if (input.AddReplicaRegions) replicate(ctx, row, input.AddReplicaRegions);
      return { ARN: row.arn, Name: row.name, VersionId: row.version, ...(row.replicas.length > 0 ? { ReplicationStatus: replication(row) } : {}) };
    },
  },
  ListSecrets: {
    constraints: { MaxResults: { min: 1, max: 100 }, SortOrder: { enum: ['asc', 'desc'] } },
    run(input, ctx) {
      const all = secrets.all(ctx).filter((one) => one.deleted === undefined || input.IncludePlannedDeletion === true);
      const { items, next } = pageOf(ctx, all, { token: input.NextToken, max: input.MaxResults, size: 100 }, ['InvalidNextTokenException', 'Invalid token']);
      return { SecretList: items.map((one) => view(ctx, one)), ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
  DescribeSecret: {
    constraints: { SecretId: SECRET_ID },
    resources,
    run(input, ctx) {
      const one = secretOf(ctx, input.SecretId, true);
      return {
        ...view(ctx, one),
        VersionIdsToStages: { [one.version]: ['AWSCURRENT'] },
        ...(one.replicas.length > 0 ? { ReplicationStatus: replication(one) } : {}),
      };
    },
  },
  GetSecretValue: {
    constraints: { SecretId: SECRET_ID },
    resources,
    run(input, ctx) {
      const one = secretOf(ctx, input.SecretId);
      if (one.secret === undefined)
        throw new LabError('ResourceNotFoundException', "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
      return { ARN: one.arn, Name: one.name, VersionId: one.version, SecretString: one.secret, VersionStages: ['AWSCURRENT'], CreatedDate: date(one.changed) };
    },
  },
  PutResourcePolicy: {
    constraints: { SecretId: SECRET_ID, ResourcePolicy: { length: [1, 20480] } },
    resources,
    run(input, ctx) {
      const one = secretOf(ctx, input.SecretId);
      if (opensToAll(input.ResourcePolicy) && input.BlockPublicPolicy)
        throw new LabError('PublicPolicyException', 'The resource policy grants a broad access to the secret, and BlockPublicPolicy is set.');
      one.policy = input.ResourcePolicy;
      return { ARN: one.arn, Name: one.name };
    },
  },
  GetResourcePolicy: {
    constraints: { SecretId: SECRET_ID },
    resources,
    run(input, ctx) {
      const one = secretOf(ctx, input.SecretId);
      return { ARN: one.arn, Name: one.name, ...(one.policy === undefined ? {} : { ResourcePolicy: one.policy }) };
    },
  },
  DeleteResourcePolicy: {
    constraints: { SecretId: SECRET_ID },
    resources,
    run(input, ctx) {
      const one = secretOf(ctx, input.SecretId);
      delete one.policy;
      return { ARN: one.arn, Name: one.name };
    },
  },
  ReplicateSecretToRegions: {
    mutates: true,
    constraints: { SecretId: SECRET_ID },
    resources,
    run(input, ctx) {
      const one = secretOf(ctx, input.SecretId);
      if (one.primary !== ctx.region.name) throw new LabError('InvalidParameterException', 'The secret is a replica: call its primary region.');
      replicate(ctx, one, input.AddReplicaRegions);
      return { ARN: one.arn, ReplicationStatus: replication(one) };
    },
  },
  DeleteSecret: {
    constraints: { SecretId: SECRET_ID },
    resources,
    run(input, ctx) {
      const one = secretOf(ctx, input.SecretId, true);
      if (one.replicas.length > 0)
        throw new LabError('InvalidRequestException', "You can't delete secret that still has replica regions. Remove the replicas first.");
      const days = input.RecoveryWindowInDays ?? 30;
      if (days < 7 || days > 30) throw new LabError('InvalidParameterException', 'RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
      const at = input.ForceDeleteWithoutRecovery ? ctx.now() : ctx.now() + days * 86_400_000;
      if (input.ForceDeleteWithoutRecovery) secrets.drop(ctx, one.name);
      else one.deleted = at;
      return { ARN: one.arn, Name: one.name, DeletionDate: date(at) };
    },
  },
};
