import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { hex, type OrganizationPolicy, type OrganizationRow, policyFault, SCP } from '../../world/index.ts';
import { arnOf, constraint, managed, notFound, POLICY_TYPES, page, paged, policyId, readable, target, targetId } from './shared.ts';

const name = { length: [1, 128] as [number, number] };
const description = { length: [0, 512] as [number, number] };
const type = { enum: POLICY_TYPES };
/** Characters of an SCP, and policies attached to one target. */
const MAX_SCP = 10_240;
const PER_TARGET = 5;

const summary = (row: OrganizationRow, policy: OrganizationPolicy): object => ({
  Id: policy.id,
  Arn: policy.awsManaged
    ? `arn:aws:organizations::aws:policy/${policy.type.toLowerCase()}/${policy.id}`
    : arnOf(row, 'policy', `${policy.type.toLowerCase()}/${policy.id}`),
  Name: policy.name,
  Description: policy.description,
  Type: policy.type,
  AwsManaged: policy.awsManaged,
});
const whole = (row: OrganizationRow, policy: OrganizationPolicy): object => ({ Policy: { PolicySummary: summary(row, policy), Content: policy.content } });

function thePolicy(row: OrganizationRow, id: string): OrganizationPolicy {
  const policy = Object.hasOwn(row.policies, id) ? row.policies[id] : undefined;
  if (!policy) throw notFound('Policy', "We can't find a policy with the PolicyId that you specified.");
  return policy;
}
function changeable(row: OrganizationRow, id: string): OrganizationPolicy {
  const policy = thePolicy(row, id);
  if (policy.awsManaged) throw new LabError('AccessDeniedException', "You don't have permissions to access this resource.");
  return policy;
}
function check(kind: string, content: string): void {
  const fault = kind === SCP ? policyFault(content) : isJson(content) ? null : 'The document is not JSON.';
  if (fault)
    throw new LabError(
      'MalformedPolicyDocumentException',
      `The provided policy document does not meet the requirements of the specified policy type. ${fault}`,
    );
  if (kind === SCP && content.length > MAX_SCP) throw constraint('POLICY_CONTENT_LIMIT_EXCEEDED', 'You have exceeded the maximum size of a policy.');
}
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
function refuseTaken(row: OrganizationRow, wanted: string, kind: string, but?: string): void {
  if (Object.values(row.policies).some((policy) => policy.name === wanted && policy.type === kind && policy.id !== but))
    throw new LabError('DuplicatePolicyException', 'A policy with the same name already exists.');
}
const targetsOf = (row: OrganizationRow, id: string): string[] => Object.entries(row.attached).flatMap(([to, attached]) => (attached.includes(id) ? [to] : []));
const resources = (input: any, ctx: LabContext): string[] => {
  const row = readable(ctx);
  return [arnOf(row, 'policy', `${(row.policies[input.PolicyId]?.type ?? SCP).toLowerCase()}/${input.PolicyId}`)];
};

export const operations: LabOperations = {
  CreatePolicy: {
    constraints: { Name: name, Description: description, Type: type, Content: {} },
    run(input, ctx) {
      const row = managed(ctx);
      check(input.Type, input.Content);
      refuseTaken(row, input.Name, input.Type);
      const id = `p-${hex(ctx.world, 10)}`;
      row.policies[id] = { id, name: input.Name, description: input.Description, type: input.Type, content: input.Content, awsManaged: false };
      return whole(row, row.policies[id]);
    },
  },
  DescribePolicy: {
    constraints: { PolicyId: policyId },
    run(input, ctx) {
      const row = readable(ctx);
      return whole(row, thePolicy(row, input.PolicyId));
    },
  },
  UpdatePolicy: {
    constraints: { PolicyId: policyId, Name: name, Description: description },
    resources,
    run(input, ctx) {
      const row = managed(ctx);
      const policy = changeable(row, input.PolicyId);
      if (input.Content !== undefined) check(policy.type, input.Content);
      if (input.Name !== undefined) refuseTaken(row, input.Name, policy.type, policy.id);
      policy.name = input.Name ?? policy.name;
      policy.description = input.Description ?? policy.description;
      policy.content = input.Content ?? policy.content;
      return whole(row, policy);
    },
  },
  DeletePolicy: {
    constraints: { PolicyId: policyId },
    resources,
    run(input, ctx) {
      const row = managed(ctx);
      const policy = changeable(row, input.PolicyId);
      if (targetsOf(row, policy.id).length > 0)
        throw new LabError(
          'PolicyInUseException',
          'The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts first.',
        );
      delete row.policies[policy.id];
    },
  },
  AttachPolicy: {
    constraints: { PolicyId: policyId, TargetId: targetId },
    resources,
    run(input, ctx) {
      const row = managed(ctx);
      const policy = thePolicy(row, input.PolicyId);
      const { TargetId } = target(ctx, row, input.TargetId);
      if (!row.policyTypes.includes(policy.type))
        throw new LabError('PolicyTypeNotEnabledException', "The specified policy type isn't currently enabled in this root.");
      const attached = (row.attached[TargetId] ??= []);
      if (attached.includes(policy.id))
        throw new LabError('DuplicatePolicyAttachmentException', 'The selected policy is already attached to the specified target.');
      if (attached.filter((id) => row.policies[id]?.type === policy.type).length >= PER_TARGET)
        throw constraint('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED', 'You have attached the maximum number of policies of this type to the target.');
      attached.push(policy.id);
    },
  },
  DetachPolicy: {
    constraints: { PolicyId: policyId, TargetId: targetId },
    resources,
    run(input, ctx) {
      const row = managed(ctx);
      const policy = thePolicy(row, input.PolicyId);
      const { TargetId } = target(ctx, row, input.TargetId);
      const attached = row.attached[TargetId] ?? [];
      if (!attached.includes(policy.id))
        throw new LabError('PolicyNotAttachedException', "The policy isn't attached to the specified target in the specified root.");
      if (policy.type === SCP && attached.filter((id) => row.policies[id]?.type === SCP).length === 1)
        throw constraint('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED', 'You cannot remove the last SCP attached to the target.');
      row.attached[TargetId] = attached.filter((id) => id !== policy.id);
    },
  },
  ListPolicies: {
    constraints: { Filter: type, ...paged },
    run(input, ctx) {
      const row = readable(ctx);
      const { items, rest } = page(
        ctx,
        Object.values(row.policies).filter((policy) => policy.type === input.Filter),
        input,
      );
      return { Policies: items.map((policy) => summary(row, policy)), ...rest };
    },
  },
  ListPoliciesForTarget: {
    constraints: { TargetId: targetId, Filter: type, ...paged },
    run(input, ctx) {
      const row = readable(ctx);
      const { TargetId } = target(ctx, row, input.TargetId);
      const attached = (row.attached[TargetId] ?? []).flatMap((id) => (row.policies[id]?.type === input.Filter ? [row.policies[id]] : []));
      const { items, rest } = page(ctx, attached, input);
      return { Policies: items.map((policy) => summary(row, policy!)), ...rest };
    },
  },
  ListTargetsForPolicy: {
    constraints: { PolicyId: policyId, ...paged },
    run(input, ctx) {
      const row = readable(ctx);
      const { items, rest } = page(ctx, targetsOf(row, thePolicy(row, input.PolicyId).id), input);
      return { Targets: items.map((id) => target(ctx, row, id)), ...rest };
    },
  },
};
