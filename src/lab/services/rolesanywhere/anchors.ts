import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';

interface AnchorRow {
  trustAnchorId: string;
  trustAnchorArn: string;
  name: string;
  source: { sourceType?: string; sourceData?: object };
  enabled: boolean;
  created: number;
  updated: number;
}
interface ProfileRow {
  profileId: string;
  profileArn: string;
  name: string;
  enabled: boolean;
  createdBy: string;
  roleArns: string[];
  managedPolicyArns: string[];
  sessionPolicy?: string;
  durationSeconds: number;
  requireInstanceProperties: boolean;
  acceptRoleSessionName: boolean;
  created: number;
  updated: number;
}
const missing =
  (what: string) =>
  (id: string): LabError =>
    new LabError('ResourceNotFoundException', `${what} not found: ${id}`);
const anchors = shelf<AnchorRow>('trustAnchors', missing('Trust Anchor'));
const profiles = shelf<ProfileRow>('anywhereProfiles', missing('Profile'));
const validation = (message: string): LabError => new LabError('ValidationException', message);

const name: Constraint = { length: [1, 255], pattern: '[ a-zA-Z0-9-_]*' };
const roleArn: Constraint = { length: [1, 1011], pattern: 'arn:aws(-[^:]+)?:iam(:.*){2}(:role.*)' };
const paged: Record<string, Constraint> = { nextToken: { length: [1, 10_000] } };
/** An ARN or its last part. */
const last = (given: string): string => given.split('/').at(-1)!;
const arnOf = (ctx: LabContext, kind: 'trust-anchor' | 'profile', one: string): string =>
  `arn:aws:rolesanywhere:${ctx.region.name}:${ctx.account.id}:${kind}/${one}`;

const times = (row: { created: number; updated: number }): object => ({ createdAt: new Date(row.created), updatedAt: new Date(row.updated) });
const anchor = ({ created, updated, ...row }: AnchorRow): object => ({ ...row, ...times({ created, updated }) });
const profile = ({ created, updated, ...row }: ProfileRow): object => ({ ...row, ...times({ created, updated }) });
function page<T>(ctx: LabContext, all: T[], input: { nextToken?: string; pageSize?: number }): { items: T[]; rest: { nextToken?: string } } {
  const { items, next } = ctx.page(all, input.nextToken, input.pageSize, { size: 50 });
  return { items, rest: next === undefined ? {} : { nextToken: next } };
}
function switchAnchor(input: { trustAnchorId: string }, ctx: LabContext, enabled: boolean): object {
  const row = anchors.get(ctx, last(input.trustAnchorId));
  Object.assign(row, { enabled, updated: ctx.now() });
  return { trustAnchor: anchor(row) };
}
function switchProfile(input: { profileId: string }, ctx: LabContext, enabled: boolean): object {
  const row = profiles.get(ctx, last(input.profileId));
  Object.assign(row, { enabled, updated: ctx.now() });
  return { profile: profile(row) };
}
const anchorArn = (input: any, ctx: LabContext): string[] => [arnOf(ctx, 'trust-anchor', last(input.trustAnchorId))];
const profileArn = (input: any, ctx: LabContext): string[] => [arnOf(ctx, 'profile', last(input.profileId))];

export const operations: LabOperations = {
  CreateTrustAnchor: {
    constraints: {
      name,
      'source.sourceType': { enum: ['AWS_ACM_PCA', 'CERTIFICATE_BUNDLE', 'SELF_SIGNED_REPOSITORY'] },
    },
    run(input, ctx) {
      const { sourceType, sourceData } = input.source;
      if (sourceType === 'CERTIFICATE_BUNDLE' && !/-----BEGIN CERTIFICATE-----/.test(sourceData?.x509CertificateData ?? ''))
        throw validation('Incorrect basic constraints for CA certificate');
      if (sourceType === 'AWS_ACM_PCA' && !sourceData?.acmPcaArn) throw validation('An ACM PCA ARN is required.');
      if (anchors.all(ctx).length >= 50) throw validation('The number of trust anchors exceeds the quota of 50.');
      const one = ctx.uuid();
      const row: AnchorRow = {
        trustAnchorId: one,
        trustAnchorArn: arnOf(ctx, 'trust-anchor', one),
        name: input.name,
        source: input.source,
        enabled: input.enabled ?? false,
        created: ctx.now(),
        updated: ctx.now(),
      };
      return { trustAnchor: anchor(anchors.put(ctx, one, row)) };
    },
  },
  ListTrustAnchors: {
    constraints: paged,
    run(input, ctx) {
      const { items, rest } = page(ctx, anchors.all(ctx), input);
      return { trustAnchors: items.map(anchor), ...rest };
    },
  },
  GetTrustAnchor: {
    resources: anchorArn,
    run: (input, ctx) => ({ trustAnchor: anchor(anchors.get(ctx, last(input.trustAnchorId))) }),
  },
  EnableTrustAnchor: { resources: anchorArn, run: (input, ctx) => switchAnchor(input, ctx, true) },
  DisableTrustAnchor: { resources: anchorArn, run: (input, ctx) => switchAnchor(input, ctx, false) },
  DeleteTrustAnchor: {
    resources: anchorArn,
    run(input, ctx) {
      const row = anchors.get(ctx, last(input.trustAnchorId));
      anchors.drop(ctx, row.trustAnchorId);
      return { trustAnchor: anchor(row) };
    },
  },
  CreateProfile: {
    constraints: {
      name,
      roleArns: { length: [0, 250] },
      'roleArns[]': roleArn,
      managedPolicyArns: { length: [0, 50] },
      durationSeconds: { min: 900, max: 43_200 },
    },
    run(input, ctx) {
      const one = ctx.uuid();
      const row: ProfileRow = {
        profileId: one,
        profileArn: arnOf(ctx, 'profile', one),
        name: input.name,
        enabled: input.enabled ?? false,
        createdBy: ctx.caller.arn,
        roleArns: input.roleArns,
        managedPolicyArns: input.managedPolicyArns ?? [],
        ...(input.sessionPolicy === undefined ? {} : { sessionPolicy: input.sessionPolicy }),
        durationSeconds: input.durationSeconds ?? 3600,
        requireInstanceProperties: input.requireInstanceProperties ?? false,
        acceptRoleSessionName: input.acceptRoleSessionName ?? false,
        created: ctx.now(),
        updated: ctx.now(),
      };
      return { profile: profile(profiles.put(ctx, one, row)) };
    },
  },
  ListProfiles: {
    constraints: paged,
    run(input, ctx) {
      const { items, rest } = page(ctx, profiles.all(ctx), input);
      return { profiles: items.map(profile), ...rest };
    },
  },
  GetProfile: { resources: profileArn, run: (input, ctx) => ({ profile: profile(profiles.get(ctx, last(input.profileId))) }) },
  EnableProfile: { resources: profileArn, run: (input, ctx) => switchProfile(input, ctx, true) },
  DisableProfile: { resources: profileArn, run: (input, ctx) => switchProfile(input, ctx, false) },
  DeleteProfile: {
    resources: profileArn,
    run(input, ctx) {
      const row = profiles.get(ctx, last(input.profileId));
      profiles.drop(ctx, row.profileId);
      return { profile: profile(row) };
    },
  },
};
