import { createHash } from 'node:crypto';
import { type LabContext, LabError } from '../../contract.ts';
import { iamTables } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

/** Rows of AWS Lambda. Times are epoch milliseconds. Source of the words: AWS Lambda API Reference. */
export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Principal: '*' | Record<string, string>;
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}
export interface Package {
  sha256: string;
  size: number;
  imageUri?: string;
}
export interface FunctionRow {
  name: string;
  arn: string;
  role: string;
  packageType: 'Zip' | 'Image';
  runtime?: string;
  handler?: string;
  description: string;
  timeout: number;
  memory: number;
  /** Values are secrets of the function; only Get and List answers carry them. */
  environment?: Record<string, string>;
  layers: string[];
  architectures: string[];
  vpc?: { SubnetIds: string[]; SecurityGroupIds: string[] };
  tags: Record<string, string>;
  code: Package;
  modified: number;
  activeAt: number;
  revision: string;
  /** Published versions: 1, 2, ... */
  versions: number;
  policy: Statement[];
}

/** The last part of an ARN or name that Lambda accepts: `name`, `123456789012:function:name`, the ARN; each with `:qualifier`. */
export function functionName(given: string): { name: string; qualifier: string | undefined } {
  const [name = '', qualifier] = given.replace(/^(arn:[^:]*:lambda:[^:]*:)?(\d{12}:)?(function:)?/, '').split(':');
  return { name, qualifier };
}
export const functionArn = (ctx: LabContext, name: string): string => `arn:aws:lambda:${ctx.region.name}:${ctx.account.id}:function:${name}`;
export const notFound = (message: string): LabError => new LabError('ResourceNotFoundException', message, { fields: { Type: 'User' } });
export const invalid = (message: string): LabError => new LabError('InvalidParameterValueException', message, { fields: { Type: 'User' } });
export const conflict = (message: string): LabError => new LabError('ResourceConflictException', message, { fields: { Type: 'User' } });

export const functions = shelf<FunctionRow>('lambdaFunctions', () => notFound('The resource you requested does not exist.'));
export function theFunction(ctx: LabContext, given: string): FunctionRow {
  const row = functions.find(ctx, functionName(given).name);
  if (!row) throw notFound(`Function not found: ${functionArn(ctx, functionName(given).name)}`);
  return row;
}
/** ARN of the function a call names, for policy evaluation. */
export const functionResource = (input: any, ctx: LabContext): string[] => [functionArn(ctx, functionName(String(input.FunctionName ?? '*')).name)];

/** Lambda's time as text: 2026-11-22T12:00:00.000+0000. */
export const stamp = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');

/** What was uploaded. Objects in S3 and images are told apart by where they lie, since the lab does not fetch them. */
export function packageOf(code: any): Package {
  const digest = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();
  const given = [code?.ZipFile, code?.S3Bucket, code?.ImageUri].filter((one) => one !== undefined);
  if (given.length > 1) throw invalid('Please do not provide other FunctionCode parameters when providing a ZipFile.');
  if (code?.ZipFile !== undefined) {
    const zip = Buffer.from(code.ZipFile);
    // A zip archive begins with a local file header or, if empty, with the end of the directory (PKWARE APPNOTE 4.3).
    if (!/^PK(\x03\x04|\x05\x06)/.test(zip.subarray(0, 4).toString('latin1')))
      throw invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
    return { sha256: digest(zip).toString('base64'), size: zip.length };
  }
  if (code?.ImageUri !== undefined) return { sha256: digest(code.ImageUri).toString('hex'), size: 0, imageUri: code.ImageUri };
  if (code?.S3Bucket !== undefined && code.S3Key !== undefined)
    return { sha256: digest(`${code.S3Bucket}/${code.S3Key}/${code.S3ObjectVersion ?? ''}`).toString('base64'), size: 4096 };
  throw invalid('Please provide a source for function code.');
}

/** Lambda takes a role only if the account has it and it trusts Lambda. */
export function checkRole(ctx: LabContext, arn: string): void {
  const role = Object.values(iamTables(ctx.account).roles).find((row) => row.arn === arn);
  if (!role?.trust.includes('lambda.amazonaws.com')) throw invalid('The role defined for the function cannot be assumed by Lambda.');
}

/** FunctionConfiguration. ListFunctions leaves the states out. */
export function configuration(ctx: LabContext, row: FunctionRow, options: { version?: string; states?: boolean } = {}): Record<string, unknown> {
  const { version = '$LATEST', states = true } = options;
  return {
    FunctionName: row.name,
    FunctionArn: version === '$LATEST' ? row.arn : `${row.arn}:${version}`,
    Runtime: row.runtime,
    Role: row.role,
    Handler: row.handler,
    CodeSize: row.code.size,
    Description: row.description,
    Timeout: row.timeout,
    MemorySize: row.memory,
    LastModified: stamp(row.modified),
    CodeSha256: row.code.sha256,
    Version: version,
    VpcConfig: row.vpc && { ...row.vpc, VpcId: '' },
    Environment: row.environment && { Variables: row.environment },
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: row.revision,
    Layers: row.layers.length > 0 ? row.layers.map((Arn) => ({ Arn, CodeSize: 4096 })) : undefined,
    PackageType: row.packageType,
    Architectures: row.architectures,
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${row.name}` },
    ...(states &&
      (row.activeAt <= ctx.now() ? { State: 'Active' } : { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' })),
    ...(states && { LastUpdateStatus: 'Successful' }),
  };
}
