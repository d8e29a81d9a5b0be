import { LabError } from '../../contract.ts';

/** A template's resource as written: intrinsic functions not yet resolved. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
}
export interface Template {
  Description?: string;
  Parameters?: Record<string, { Type: string; Default?: unknown; NoEcho?: boolean }>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Description?: string; Value: unknown; Export?: { Name: unknown } }>;
}
export const invalid = (message: string): LabError => new LabError('ValidationError', message, { status: 400 });

/** Templates are read as JSON; the lab knows no YAML. */
export function parseTemplate(body: string): Template {
  let parsed: any;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw invalid('Template format error: JSON not well-formed. (The lab reads templates in JSON only.)');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw invalid('Template format error: unsupported structure.');
  const { Resources } = parsed;
  if (typeof Resources !== 'object' || Resources === null || Object.keys(Resources).length === 0)
    throw invalid('Template format error: At least one Resources member must be defined.');
  for (const [name, one] of Object.entries<any>(Resources)) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) throw invalid(`Template format error: Resource name ${name} is non alphanumeric.`);
    if (typeof one?.Type !== 'string') throw invalid(`Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`);
  }
  return parsed;
}

const NAMED = new Set(['RoleName', 'UserName', 'GroupName', 'ManagedPolicyName', 'InstanceProfileName']);
/** IAM resources must be acknowledged, those with names of their own by a stronger word. */
export function capabilityNeeded(template: Template): 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | undefined {
  const iam = Object.values(template.Resources).filter((one) =>
    /^AWS::IAM::(User|Role|Group|Policy|ManagedPolicy|AccessKey|InstanceProfile|UserToGroupAddition)$/.test(one.Type),
  );
  if (iam.length === 0) return undefined;
  const own = iam.some((one) => one.Type !== 'AWS::IAM::AccessKey' && Object.keys(one.Properties ?? {}).some((name) => NAMED.has(name)));
  return own ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
}

/** What Ref and Fn::GetAtt of a made resource give. */
export interface Made {
  id: string;
  attributes: Record<string, string>;
}
export interface Scope {
  parameters: Record<string, unknown>;
  /** AWS::Region and the like. */
  pseudo: Record<string, string>;
  /** Makes the resource if it is not there yet. */
  resource(name: string): Promise<Made>;
}

async function attribute(scope: Scope, path: string): Promise<string> {
  const [name = '', ...rest] = path.split('.');
  const value = (await scope.resource(name)).attributes[rest.join('.')];
  if (value === undefined) throw invalid(`Template error: resource ${name} does not support attribute type ${rest.join('.')} in Fn::GetAtt`);
  return value;
}
async function reference(scope: Scope, name: string): Promise<unknown> {
  if (Object.hasOwn(scope.pseudo, name)) return scope.pseudo[name];
  if (Object.hasOwn(scope.parameters, name)) return scope.parameters[name];
  return (await scope.resource(name)).id;
}
async function substituted(scope: Scope, text: string): Promise<string> {
  const parts = text.split(/\$\{(?!!)([^}]+)\}/);
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at]!.trim();
    parts[at] = String(name.includes('.') ? await attribute(scope, name) : await reference(scope, name));
  }
  return parts.join('');
}

/** Ref, Fn::GetAtt, Fn::Sub, Fn::Join and Fn::Base64 anywhere in a value. @throws LabError for another function */
export async function resolve(scope: Scope, value: unknown): Promise<any> {
  if (Array.isArray(value)) {
    const all = [];
    for (const one of value) all.push(await resolve(scope, one));
    return all;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, inner] = entries[0] ?? [];
  if (entries.length === 1 && (name === 'Ref' || name?.startsWith('Fn::'))) {
    switch (name) {
      case 'Ref':
        return reference(scope, String(inner));
      case 'Fn::GetAtt':
        return attribute(scope, Array.isArray(inner) ? inner.join('.') : String(inner));
      case 'Fn::Sub':
        if (typeof inner === 'string') return substituted(scope, inner);
        break;
      case 'Fn::Join':
        if (Array.isArray(inner)) return (await resolve(scope, inner[1])).join(inner[0]);
        break;
      case 'Fn::Base64':
        return Buffer.from(String(await resolve(scope, inner))).toString('base64');
    }
    throw invalid(`Template error: the lab does not know this use of ${name}`);
  }
  const result: Record<string, unknown> = {};
  for (const [key, member] of entries) result[key] = await resolve(scope, member);
  return result;
}
