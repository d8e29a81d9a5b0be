import { createHash } from 'node:crypto';
import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';

/** SSM documents. Times are epoch milliseconds. Source of the words: AWS Systems Manager API Reference. */
interface Version {
  number: number;
  content: string;
  format: 'JSON' | 'YAML' | 'TEXT';
  created: number;
  name?: string;
}
export interface DocumentRow {
  name: string;
  type: string;
  owner: string;
  created: number;
  default: number;
  targetType?: string;
  versions: Version[];
  /** Account ids it is shared with, or `all`. */
  shared: string[];
  tags: { Key: string; Value: string }[];
}
/** Amazon's documents that people name most. */
export const AMAZON = [
  'AWS-ApplyAnsiblePlaybooks',
  'AWS-ConfigureAWSPackage',
  'AWS-GatherSoftwareInventory',
  'AWS-RunPatchBaseline',
  'AWS-RunPowerShellScript',
  'AWS-RunRemoteScript',
  'AWS-RunShellScript',
  'AWS-UpdateSSMAgent',
];
const MAX_SIZE = 65_536; // characters: Systems Manager quotas
const MAX_SHARES = 1000;
const MAX_DOCUMENTS = 500;
const TYPES = [
  'Command',
  'Policy',
  'Automation',
  'Session',
  'Package',
  'ApplicationConfiguration',
  'ApplicationConfigurationSchema',
  'DeploymentStrategy',
  'ChangeCalendar',
  'Automation.ChangeTemplate',
  'ProblemAnalysis',
  'ProblemAnalysisTemplate',
  'CloudFormation',
  'ConformancePackTemplate',
  'QuickSetup',
  'ManualApprovalPolicy',
  'AutoApprovalPolicy',
];

const noDocument = (name: string): LabError => new LabError('InvalidDocument', `Document with name ${name} does not exist.`);
export const documents = shelf<DocumentRow>('ssmDocuments', noDocument);
/** By name or, for one shared with us, by the ARN. */
const plain = (given: string): string => given.replace(/^arn:[^/]*:document\//, '');
export const documentExists = (ctx: LabContext, given: string): boolean => AMAZON.includes(plain(given)) || documents.find(ctx, plain(given)) !== undefined;
const theDocument = (ctx: LabContext, given: string): DocumentRow => documents.get(ctx, plain(given));
function theVersion(row: DocumentRow, given: string | undefined): Version {
  const number = given === undefined || given === '$DEFAULT' ? row.default : given === '$LATEST' ? row.versions.at(-1)!.number : Number(given);
  const version = row.versions.find((one) => one.number === number);
  if (!version) throw new LabError('InvalidDocumentVersion', `The document version ${given} is not valid or does not exist.`);
  return version;
}
/** Schema version of a JSON or YAML document; it must have one unless it is plain text. */
function schemaOf(content: string, format: string): string | undefined {
  if (format === 'TEXT') return undefined;
  let schema: unknown;
  if (format === 'JSON') {
    try {
      schema = JSON.parse(content)?.schemaVersion;
    } catch {
      throw new LabError('InvalidDocumentContent', 'JSON not well-formed.');
    }
  } else schema = /^\s*["']?schemaVersion["']?\s*:\s*["']?([0-9.]+)/m.exec(content)?.[1];
  if (typeof schema !== 'string' || !/^\d+\.\d+$/.test(schema))
    throw new LabError('InvalidDocumentSchemaVersion', 'The document schema version is missing or not supported.');
  return schema;
}
const description = (row: DocumentRow, version = theVersion(row, undefined)) => ({
  Name: row.name,
  Owner: row.owner,
  CreatedDate: new Date(row.created),
  Status: 'Active',
  DocumentVersion: String(version.number),
  PlatformTypes: ['Linux', 'MacOS', 'Windows'],
  DocumentType: row.type,
  SchemaVersion: schemaOf(version.content, version.format),
  LatestVersion: String(row.versions.at(-1)!.number),
  DefaultVersion: String(row.default),
  DocumentFormat: version.format,
  TargetType: row.targetType,
  Hash: createHash('sha256').update(version.content).digest('hex'),
  HashType: 'Sha256',
  Tags: row.tags,
});
const resources = (input: any, ctx: LabContext): string[] => [`arn:aws:ssm:${ctx.region.name}:${ctx.account.id}:document/${plain(String(input.Name ?? '*'))}`];
const NAME = { pattern: '^[a-zA-Z0-9_\\-.]{3,128}$' };
const FORMAT = { enum: ['YAML', 'JSON', 'TEXT'] };

/** ListDocuments filters: the older list of {key, value} and the newer of {Key, Values}. */
function filtered(ctx: LabContext, input: any): DocumentRow[] {
  const filters: { key: string; values: string[] }[] = [
    ...(input.DocumentFilterList ?? []).map((one: any) => ({ key: one.key, values: [one.value] })),
    ...(input.Filters ?? []).map((one: any) => ({ key: one.Key, values: one.Values ?? [] })),
  ];
  const amazon = AMAZON.map(
    (name): DocumentRow => ({
      name,
      type: 'Command',
      owner: 'Amazon',
      created: 0,
      default: 1,
      versions: [{ number: 1, content: '{"schemaVersion":"2.2"}', format: 'JSON', created: 0 }],
      shared: ['all'],
      tags: [],
    }),
  );
  return [...documents.all(ctx), ...amazon].filter((row) =>
    filters.every(({ key, values }) => {
      if (key === 'Owner') {
        const owner = values[0];
        if (owner === 'Self' || owner === 'Private') return row.owner === ctx.account.id;
        return owner === 'Amazon' || owner === 'Public' ? row.owner === 'Amazon' : owner === 'All';
      }
      if (key === 'Name') return values.some((value) => row.name.startsWith(value));
      if (key === 'DocumentType') return values.includes(row.type);
      if (key === 'PlatformTypes') return true;
      if (key.startsWith('tag:')) return row.tags.some((tag) => tag.Key === key.slice(4) && values.includes(tag.Value));
      throw new LabError('InvalidFilterKey', `The specified filter key is not valid: ${key}`);
    }),
  );
}

export const operations: LabOperations = {
  CreateDocument: {
    constraints: {
      Name: NAME,
      DocumentFormat: FORMAT,
      DocumentType: { enum: TYPES },
      TargetType: { length: [0, 200] },
      Tags: { length: [0, 1000] },
    },
    resources,
    run(input, ctx) {
      const { Name, Content } = input;
      if (/^(aws|amazon|amzn)/i.test(Name)) throw new LabError('ValidationException', `Document name ${Name} begins with a reserved prefix.`, { status: 400 });
      if (documents.find(ctx, Name)) throw new LabError('DocumentAlreadyExists', `Document with same name ${Name} already exists`);
      if (documents.all(ctx).length >= MAX_DOCUMENTS) throw new LabError('DocumentLimitExceeded', `You can have at most ${MAX_DOCUMENTS} documents.`);
      if (Content.length > MAX_SIZE) throw new LabError('MaxDocumentSizeExceeded', `The size limit of a document is ${MAX_SIZE / 1024} KB.`);
      const format = input.DocumentFormat ?? 'JSON';
      schemaOf(Content, format);
      const row: DocumentRow = {
        name: Name,
        type: input.DocumentType ?? 'Command',
        owner: ctx.account.id,
        created: ctx.now(),
        default: 1,
        targetType: input.TargetType,
        versions: [{ number: 1, content: Content, format, created: ctx.now(), name: input.VersionName }],
        shared: [],
        tags: input.Tags ?? [],
      };
      return { DocumentDescription: { ...description(documents.put(ctx, Name, row)), Status: 'Creating' } };
    },
  },
  UpdateDocument: {
    constraints: { Name: NAME, DocumentFormat: FORMAT },
    resources,
    run(input, ctx) {
      const row = theDocument(ctx, input.Name);
      const last = row.versions.at(-1)!;
      if (input.DocumentVersion !== undefined && theVersion(row, input.DocumentVersion) !== last)
        throw new LabError('InvalidDocumentVersion', 'The document version is not the latest.');
      if (last.content === input.Content) throw new LabError('DuplicateDocumentContent', 'The content of the association document matches another document.');
      const format = input.DocumentFormat ?? last.format;
      schemaOf(input.Content, format);
      const version: Version = { number: last.number + 1, content: input.Content, format, created: ctx.now(), name: input.VersionName };
      row.versions.push(version);
      return { DocumentDescription: { ...description(row, version), Status: 'Updating' } };
    },
  },
  UpdateDocumentDefaultVersion: {
    constraints: { Name: NAME },
    resources,
    run(input, ctx) {
      const row = theDocument(ctx, input.Name);
      row.default = theVersion(row, input.DocumentVersion).number;
      return { Description: { Name: row.name, DefaultVersion: String(row.default) } };
    },
  },
  ListDocuments: {
    constraints: { MaxResults: { min: 1, max: 50 }, Filters: { length: [0, 6] } },
    run(input, ctx) {
      const { items, next } = ctx.page(filtered(ctx, input), input.NextToken, input.MaxResults, { size: 50 });
      const identifiers = items.map((row) => {
        const { Hash: _, HashType: __, Status: ___, LatestVersion: ____, DefaultVersion: _____, ...rest } = description(row);
        return rest;
      });
      return { DocumentIdentifiers: identifiers, NextToken: next };
    },
  },
  DescribeDocument: {
    resources,
    run(input, ctx) {
      const row = theDocument(ctx, input.Name);
      return { Document: description(row, theVersion(row, input.DocumentVersion)) };
    },
  },
  GetDocument: {
    constraints: { DocumentFormat: FORMAT },
    resources,
    run(input, ctx) {
      const row = theDocument(ctx, input.Name);
      const version = theVersion(row, input.DocumentVersion);
      return {
        Name: row.name,
        CreatedDate: new Date(version.created),
        VersionName: version.name,
        DocumentVersion: String(version.number),
        Status: 'Active',
        Content: version.content,
        DocumentType: row.type,
        DocumentFormat: version.format,
      };
    },
  },
  DeleteDocument: {
    constraints: { Name: NAME },
    resources,
    run(input, ctx) {
      const row = theDocument(ctx, input.Name);
      if (row.shared.length > 0)
        throw new LabError(
          'InvalidDocumentOperation',
          'You attempted to delete a document while it is still shared. You must stop sharing the document before you can delete it.',
        );
      documents.drop(ctx, row.name);
      return {};
    },
  },
  DescribeDocumentPermission: {
    constraints: { Name: NAME, PermissionType: { enum: ['Share'] }, MaxResults: { min: 1, max: 200 } },
    resources,
    run(input, ctx) {
      const { items, next } = ctx.page(theDocument(ctx, input.Name).shared, input.NextToken, input.MaxResults, { size: 200 });
      return { AccountIds: items, AccountSharingInfoList: items.map((AccountId) => ({ AccountId, SharedDocumentVersion: '$DEFAULT' })), NextToken: next };
    },
  },
  ModifyDocumentPermission: {
    constraints: {
      Name: NAME,
      PermissionType: { enum: ['Share'] },
      AccountIdsToAdd: { length: [0, 20] },
      AccountIdsToRemove: { length: [0, 20] },
    },
    resources,
    run(input, ctx) {
      const row = theDocument(ctx, input.Name);
      for (const id of [...(input.AccountIdsToAdd ?? []), ...(input.AccountIdsToRemove ?? [])])
        if (!/^(all|\d{12})$/i.test(id)) throw new LabError('ValidationException', `Invalid account id: ${id}`, { status: 400 });
      const removed = new Set<string>((input.AccountIdsToRemove ?? []).map((id: string) => id.toLowerCase()));
      const after = new Set([...row.shared, ...(input.AccountIdsToAdd ?? []).map((id: string) => id.toLowerCase())].filter((id) => !removed.has(id)));
      if (after.size > MAX_SHARES) throw new LabError('DocumentPermissionLimit', 'The document cannot be shared with more Amazon Web Services accounts.');
      row.shared = [...after];
      return {};
    },
  },
};
