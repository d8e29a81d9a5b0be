import type { LabContext, LabError, LabOperation, LabOperations } from '../../contract.ts';
import type { Principal } from '../../world/index.ts';
import {
  arn,
  checkPolicy,
  document,
  encoded,
  find,
  groupArn,
  iam,
  limit,
  managedPolicyExists,
  managedPolicyName,
  name64,
  name128,
  noSuchEntity,
  page,
  paged,
  policyPathPrefix,
  refuseProtected,
  roleArn,
  userArn,
} from './shared.ts';

type Kind = 'User' | 'Role' | 'Group';
/** Quotas: managed policies attached to one principal, and characters (white space not counted) of its inline policies together. */
const MANAGED: Record<Kind, number> = { User: 10, Role: 10, Group: 10 };
const INLINE: Record<Kind, number> = { User: 2048, Role: 10240, Group: 5120 };
const arns = { User: userArn, Role: roleArn, Group: groupArn };

function principal(kind: Kind, input: any, ctx: LabContext): Principal {
  const tables = iam(ctx);
  if (kind === 'User') return find(tables.users, input.UserName, 'user');
  return kind === 'Role' ? find(tables.roles, input.RoleName, 'role') : find(tables.groups, input.GroupName, 'group');
}
function changeable(kind: Kind, input: any, ctx: LabContext): Principal {
  const row = principal(kind, input, ctx);
  if (kind === 'Role') refuseProtected({ path: row.path, name: input.RoleName });
  return row;
}
const size = (texts: string[]): number => texts.reduce((sum, text) => sum + text.replace(/\s/g, '').length, 0);

function attachments(kind: Kind): LabOperations {
  const member = `${kind}Name`;
  const nameRule = kind === 'User' ? name128 : kind === 'Role' ? name64 : name128;
  // Attachments take shorter user names than the other calls.
  const attachRule = kind === 'Group' ? name128 : name64;
  const resources: NonNullable<LabOperation['resources']> = (input, ctx) => arns[kind](input[member], ctx);
  const conditions: NonNullable<LabOperation['conditions']> = (input) => ({ 'iam:PolicyARN': String(input.PolicyArn) });
  const missing = (name: string): LabError => noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`);
  return {
    [`Put${kind}Policy`]: {
      constraints: { [member]: nameRule, PolicyName: name128, PolicyDocument: document },
      resources,
      run(input, ctx) {
        const row = changeable(kind, input, ctx);
        checkPolicy(input.PolicyDocument);
        const others = Object.entries(row.inline).filter(([name]) => name !== input.PolicyName);
        if (size([...others.map(([, text]) => text), input.PolicyDocument]) > INLINE[kind])
          throw limit(`Maximum policy size of ${INLINE[kind]} bytes exceeded for ${kind.toLowerCase()} ${input[member]}`);
        row.inline[input.PolicyName] = input.PolicyDocument;
      },
    },
    [`Get${kind}Policy`]: {
      constraints: { [member]: nameRule, PolicyName: name128 },
      resources,
      run(input, ctx) {
        const text = principal(kind, input, ctx).inline[input.PolicyName];
        if (text === undefined) throw missing(input.PolicyName);
        return { [member]: input[member], PolicyName: input.PolicyName, PolicyDocument: encoded(text) };
      },
    },
    [`List${kind}Policies`]: {
      constraints: { [member]: nameRule, ...paged },
      resources,
      run(input, ctx) {
        const { items, ...rest } = page(ctx, Object.keys(principal(kind, input, ctx).inline).sort(), input);
        return { PolicyNames: items, ...rest };
      },
    },
    [`Delete${kind}Policy`]: {
      constraints: { [member]: nameRule, PolicyName: name128 },
      resources,
      run(input, ctx) {
        const row = changeable(kind, input, ctx);
        if (!Object.hasOwn(row.inline, input.PolicyName)) throw missing(input.PolicyName);
        delete row.inline[input.PolicyName];
      },
    },
    [`Attach${kind}Policy`]: {
      constraints: { [member]: attachRule, PolicyArn: arn },
      resources,
      conditions,
      run(input, ctx) {
        const row = changeable(kind, input, ctx);
        if (!managedPolicyExists(ctx, input.PolicyArn)) throw noSuchEntity(`Policy ${input.PolicyArn} does not exist or is not attachable.`);
        if (row.attached.includes(input.PolicyArn)) return;
        if (row.attached.length >= MANAGED[kind]) throw limit(`Cannot exceed quota for PoliciesPer${kind}: ${MANAGED[kind]}`);
        row.attached.push(input.PolicyArn);
      },
    },
    [`Detach${kind}Policy`]: {
      constraints: { [member]: attachRule, PolicyArn: arn },
      resources,
      conditions,
      run(input, ctx) {
        const row = changeable(kind, input, ctx);
        if (!row.attached.includes(input.PolicyArn)) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
        row.attached = row.attached.filter((policy) => policy !== input.PolicyArn);
      },
    },
    [`ListAttached${kind}Policies`]: {
      constraints: { [member]: attachRule, PathPrefix: policyPathPrefix, ...paged },
      resources,
      run(input, ctx) {
        const within = principal(kind, input, ctx).attached.filter((policy) => policy.includes(`:policy${input.PathPrefix ?? '/'}`));
        const { items, ...rest } = page(ctx, within, input);
        return { AttachedPolicies: items.map((PolicyArn) => ({ PolicyName: managedPolicyName(ctx, PolicyArn), PolicyArn })), ...rest };
      },
    },
  };
}

function boundaries(kind: 'User' | 'Role'): LabOperations {
  const member = `${kind}Name`;
  const resources: NonNullable<LabOperation['resources']> = (input, ctx) => arns[kind](input[member], ctx);
  return {
    [`Put${kind}PermissionsBoundary`]: {
      constraints: { [member]: name64, PermissionsBoundary: arn },
      resources,
      conditions: (input) => ({ 'iam:PermissionsBoundary': String(input.PermissionsBoundary) }),
      run(input, ctx) {
        const row = changeable(kind, input, ctx);
        if (!managedPolicyExists(ctx, input.PermissionsBoundary))
          throw noSuchEntity(`Scope ARN: ${input.PermissionsBoundary} does not exist or is not attachable.`);
        row.boundary = input.PermissionsBoundary;
      },
    },
    [`Delete${kind}PermissionsBoundary`]: {
      constraints: { [member]: name64 },
      resources,
      run(input, ctx) {
        const row = changeable(kind, input, ctx);
        if (row.boundary === undefined) throw noSuchEntity(`The ${kind.toLowerCase()} with name ${input[member]} does not have a permissions boundary.`);
        delete row.boundary;
      },
    },
  };
}

export const operations: LabOperations = {
  ...attachments('User'),
  ...attachments('Role'),
  ...attachments('Group'),
  ...boundaries('User'),
  ...boundaries('Role'),
};
