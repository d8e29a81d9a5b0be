import type { LabContext, LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';
import { conflict, invalid, notFound, type Package, packageOf, type Statement, stamp } from './model.ts';

interface Version {
  number: number;
  arn: string;
  description?: string;
  created: number;
  runtimes: string[];
  architectures: string[];
  license?: string;
  code: Package;
  policy: Statement[];
}
interface LayerRow {
  name: string;
  arn: string;
  last: number;
  versions: Version[];
}
const layers = shelf<LayerRow>('lambdaLayers', () => notFound('The resource you requested does not exist.'));
const layerName = (given: string): string => given.replace(/^arn:[^:]*:lambda:[^:]*:\d{12}:layer:/, '').split(':')[0] ?? '';
function theVersion(ctx: LabContext, input: any): Version {
  const version = layers.find(ctx, layerName(input.LayerName))?.versions.find((one) => one.number === Number(input.VersionNumber));
  if (!version) throw notFound('The resource you requested does not exist.');
  return version;
}
const view = (version: Version) => ({
  LayerVersionArn: version.arn,
  Version: version.number,
  Description: version.description,
  CreatedDate: stamp(version.created),
  CompatibleArchitectures: version.architectures.length > 0 ? version.architectures : undefined,
  CompatibleRuntimes: version.runtimes.length > 0 ? version.runtimes : undefined,
  LicenseInfo: version.license,
});
const full = (ctx: LabContext, layer: string, version: Version) => ({
  ...view(version),
  LayerArn: layer,
  Content: {
    Location: `https://awslambda-${ctx.region.name}-layers.s3.${ctx.region.name}.amazonaws.com/snapshots/${ctx.account.id}/${version.number}`,
    CodeSha256: version.code.sha256,
    CodeSize: version.code.size,
  },
});
const resources = (input: any, ctx: LabContext): string[] => [
  `arn:aws:lambda:${ctx.region.name}:${ctx.account.id}:layer:${layerName(String(input.LayerName ?? '*'))}${input.VersionNumber === undefined ? '' : `:${input.VersionNumber}`}`,
];
const architectures = { enum: ['x86_64', 'arm64'] };

export const operations: LabOperations = {
  PublishLayerVersion: {
    mutates: true,
    constraints: {
      Description: { length: [0, 256] },
      LicenseInfo: { length: [0, 512] },
      CompatibleRuntimes: { length: [0, 15] },
      CompatibleArchitectures: { length: [0, 2] },
      'CompatibleArchitectures[]': architectures,
    },
    resources,
    run(input, ctx) {
      const name = layerName(input.LayerName);
      if (!/^[a-zA-Z0-9-_]{1,140}$/.test(name)) throw invalid(`Invalid layer name: ${name}`);
      const code = packageOf(input.Content);
      const arn = `arn:aws:lambda:${ctx.region.name}:${ctx.account.id}:layer:${name}`;
      const row = layers.find(ctx, name) ?? layers.put(ctx, name, { name, arn, last: 0, versions: [] });
      const version: Version = {
        number: ++row.last,
        arn: `${arn}:${row.last}`,
        description: input.Description,
        created: ctx.now(),
        runtimes: input.CompatibleRuntimes ?? [],
        architectures: input.CompatibleArchitectures ?? [],
        license: input.LicenseInfo,
        code,
        policy: [],
      };
      row.versions.push(version);
      return full(ctx, arn, version);
    },
  },
  ListLayers: {
    constraints: { MaxItems: { min: 1, max: 50 }, CompatibleArchitecture: architectures },
    run(input, ctx) {
      const rows = layers.all(ctx).filter((row) => row.versions.length > 0);
      const { items, next } = ctx.page(rows, input.Marker, input.MaxItems, { size: 50 });
      return { Layers: items.map((row) => ({ LayerName: row.name, LayerArn: row.arn, LatestMatchingVersion: view(row.versions.at(-1)!) })), NextMarker: next };
    },
  },
  ListLayerVersions: {
    constraints: { MaxItems: { min: 1, max: 50 }, CompatibleArchitecture: architectures },
    resources,
    run(input, ctx) {
      const versions = [...(layers.find(ctx, layerName(input.LayerName))?.versions ?? [])].reverse();
      const { items, next } = ctx.page(versions, input.Marker, input.MaxItems, { size: 50 });
      return { LayerVersions: items.map(view), NextMarker: next };
    },
  },
  GetLayerVersion: {
    resources,
    run(input, ctx) {
      const version = theVersion(ctx, input);
      return full(ctx, version.arn.replace(/:\d+$/, ''), version);
    },
  },
  DeleteLayerVersion: {
    resources,
    run(input, ctx) {
      const row = layers.find(ctx, layerName(input.LayerName));
      if (row) row.versions = row.versions.filter((one) => one.number !== Number(input.VersionNumber));
      return {};
    },
  },
  AddLayerVersionPermission: {
    mutates: true,
    constraints: {
      StatementId: { length: [1, 100], pattern: '([a-zA-Z0-9-_]+)' },
      Action: { pattern: 'lambda:GetLayerVersion' },
      Principal: { pattern: '\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root' },
      OrganizationId: { pattern: 'o-[a-z0-9]{10,32}' },
    },
    resources,
    run(input, ctx) {
      const version = theVersion(ctx, input);
      if (version.policy.some((one) => one.Sid === input.StatementId))
        throw conflict(`The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`);
      const { Principal, OrganizationId } = input;
      const statement: Statement = {
        Sid: input.StatementId,
        Effect: 'Allow',
        Principal: Principal === '*' ? '*' : { AWS: Principal.startsWith('arn:') ? Principal : `arn:aws:iam::${Principal}:root` },
        Action: input.Action,
        Resource: version.arn,
        ...(OrganizationId === undefined ? {} : { Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId } } }),
      };
      version.policy.push(statement);
      return { Statement: JSON.stringify(statement), RevisionId: ctx.uuid() };
    },
  },
  RemoveLayerVersionPermission: {
    mutates: true,
    constraints: { StatementId: { length: [1, 100], pattern: '([a-zA-Z0-9-_]+)' } },
    resources,
    run(input, ctx) {
      const version = theVersion(ctx, input);
      if (!version.policy.some((one) => one.Sid === input.StatementId)) throw notFound('The resource you requested does not exist.');
      version.policy = version.policy.filter((one) => one.Sid !== input.StatementId);
      return {};
    },
  },
  GetLayerVersionPolicy: {
    resources,
    run(input, ctx) {
      const version = theVersion(ctx, input);
      if (version.policy.length === 0) throw notFound('No policy is associated with the given resource.');
      return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: version.policy }) };
    },
  },
};
