import { type Caller, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { homeRegion, iamAction, readsByName } from '../../naming.ts';
import { validate } from '../../validate.ts';
import { openService } from '../../wire/catalogue.ts';
import { authorize, makeContext, recordCall, uuid, worldNow } from '../../world/index.ts';
import { operations as instanceStates } from '../ec2/instance-state.ts';
import { operations as launchTemplates } from '../ec2/launch-templates.ts';
import { operations as routeTables } from '../ec2/route-tables.ts';
import { operations as launches } from '../ec2/run-instances.ts';
import { operations as securityGroupRules } from '../ec2/security-group-rules.ts';
import { operations as securityGroups } from '../ec2/security-groups.ts';
import { operations as vpcAttributes } from '../ec2/vpc-attributes.ts';
import { operations as endpoints } from '../ec2/vpc-endpoints.ts';
import { operations as vpcs } from '../ec2/vpcs.ts';
import { operations as clusters } from '../ecs/clusters.ts';
import { operations as rules } from '../events/rules.ts';
import { operations as attachments } from '../iam/attachments.ts';
import { operations as profiles } from '../iam/instance-profiles.ts';
import { operations as keys } from '../iam/keys.ts';
import { operations as roles } from '../iam/roles.ts';
import { operations as users } from '../iam/users.ts';
import { operations as aliases } from '../kms/aliases.ts';
import { operations as kmsKeys } from '../kms/keys.ts';
import { operations as functions } from '../lambda/functions.ts';
import { operations as permissions } from '../lambda/permissions.ts';
import { operations as documents } from '../ssm/documents.ts';
import { KMS_KINDS } from './kms-kinds.ts';
import { NETWORK_KINDS } from './network-kinds.ts';
import { invalid, type Made } from './template.ts';

/** Calls a service as CloudFormation does, with the caller's or the stack's role's permissions; CloudTrail records it. */
export type Send = (service: string, operation: string, input: Record<string, unknown>) => Promise<any>;
/** The operations that stacks use. Named here: asking for them by service would load the service that asks. */
const OPERATIONS: Readonly<Record<string, LabOperations>> = {
  ec2: {
    ...launches,
    ...launchTemplates,
    ...instanceStates,
    ...securityGroups,
    ...securityGroupRules,
    ...vpcs,
    ...vpcAttributes,
    ...routeTables,
    ...endpoints,
  },
  ecs: clusters,
  events: rules,
  iam: { ...users, ...roles, ...keys, ...attachments, ...profiles },
  kms: { ...kmsKeys, ...aliases },
  lambda: { ...functions, ...permissions },
  ssm: documents,
};
const FROM = 'cloudformation.amazonaws.com';

/**
 * What CloudFormation's own calls are: real operations of the lab, judged by the policies of `caller`, and in CloudTrail with
 * CloudFormation as their source address and user agent.
 */
export function sender(ctx: LabContext, caller: Caller): Send {
  return async (service, operation, input) => {
    const { world } = ctx;
    const wire = await openService(service);
    const behaviour = OPERATIONS[service]?.[operation];
    const modelled = wire?.operations.get(operation);
    if (!wire || !behaviour || !modelled) throw invalid(`The lab does not implement ${service}:${operation}`);
    const region = homeRegion(service, ctx.region.name);
    const requestId = uuid(world);
    const request = { ip: FROM, userAgent: FROM };
    const inner = makeContext(world, { account: ctx.account.id, caller, region, requestId, request, read: false, service });
    const time = worldNow(world);
    const record = (output: unknown, error?: LabError) =>
      recordCall(world, {
        caller,
        service,
        operation,
        region,
        protocol: wire.protocol,
        requestId,
        time,
        ...request,
        input,
        output,
        error,
        mutates: behaviour.mutates ?? !readsByName(operation),
      });
    try {
      validate(modelled, input, behaviour);
      const resources = behaviour.resources?.(input, inner) ?? ['*'];
      const conditions = { 'aws:RequestedRegion': region, 'aws:CalledVia': [FROM], 'aws:ViaAWSService': 'true', ...behaviour.conditions?.(input, inner) };
      const action = iamAction(service, operation);
      const verdict = authorize(world, caller, { action, resources, conditions, now: time });
      if (!verdict.allowed)
        throw new LabError('AccessDenied', `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${verdict.resource} ${verdict.why}`, {
          status: 403,
        });
      const output = await behaviour.run(input, inner);
      record(output);
      return output;
    } catch (error) {
      if (error instanceof LabError) record(undefined, error);
      throw error;
    }
  };
}

export interface Kind {
  make(send: Send, properties: Record<string, any>, name: string): Promise<Made>;
  remove(send: Send, made: Made, ctx: LabContext): Promise<unknown>;
}
const text = (document: unknown): string => (typeof document === 'string' ? document : JSON.stringify(document));

/** Resource types the lab's stacks can make. Others fail the stack, as a type that is not available in a Region does. */
export const KINDS: Readonly<Record<string, Kind>> = {
  ...KMS_KINDS,
  ...NETWORK_KINDS,
  'AWS::IAM::User': {
    async make(send, { UserName, Policies = [], ManagedPolicyArns = [], Path }, name) {
      const user = UserName ?? name;
      const { User } = await send('iam', 'CreateUser', { UserName: user, ...(Path === undefined ? {} : { Path }) });
      for (const one of Policies) await send('iam', 'PutUserPolicy', { UserName: user, PolicyName: one.PolicyName, PolicyDocument: text(one.PolicyDocument) });
      for (const PolicyArn of ManagedPolicyArns) await send('iam', 'AttachUserPolicy', { UserName: user, PolicyArn });
      return { id: user, attributes: { Arn: User.Arn } };
    },
    async remove(send, { id: UserName }) {
      for (const PolicyName of (await send('iam', 'ListUserPolicies', { UserName })).PolicyNames)
        await send('iam', 'DeleteUserPolicy', { UserName, PolicyName });
      for (const { PolicyArn } of (await send('iam', 'ListAttachedUserPolicies', { UserName })).AttachedPolicies)
        await send('iam', 'DetachUserPolicy', { UserName, PolicyArn });
      return send('iam', 'DeleteUser', { UserName });
    },
  },
  'AWS::IAM::AccessKey': {
    async make(send, { UserName }) {
      const { AccessKey } = await send('iam', 'CreateAccessKey', { UserName });
      return { id: AccessKey.AccessKeyId, attributes: { SecretAccessKey: AccessKey.SecretAccessKey, UserName } };
    },
    remove: (send, { id, attributes }) => send('iam', 'DeleteAccessKey', { UserName: attributes.UserName, AccessKeyId: id }),
  },
  'AWS::IAM::Role': {
    async make(send, { RoleName, AssumeRolePolicyDocument, Policies = [], ManagedPolicyArns = [], Path, Description }, name) {
      const role = RoleName ?? name;
      const { Role } = await send('iam', 'CreateRole', {
        RoleName: role,
        AssumeRolePolicyDocument: text(AssumeRolePolicyDocument),
        ...(Path === undefined ? {} : { Path }),
        ...(Description === undefined ? {} : { Description }),
      });
      for (const one of Policies) await send('iam', 'PutRolePolicy', { RoleName: role, PolicyName: one.PolicyName, PolicyDocument: text(one.PolicyDocument) });
      for (const PolicyArn of ManagedPolicyArns) await send('iam', 'AttachRolePolicy', { RoleName: role, PolicyArn });
      return { id: role, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
    },
    async remove(send, { id: RoleName }) {
      for (const PolicyName of (await send('iam', 'ListRolePolicies', { RoleName })).PolicyNames)
        await send('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
      for (const { PolicyArn } of (await send('iam', 'ListAttachedRolePolicies', { RoleName })).AttachedPolicies)
        await send('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
      return send('iam', 'DeleteRole', { RoleName });
    },
  },
  'AWS::Lambda::Function': {
    async make(send, { FunctionName, ...properties }, name) {
      const made = await send('lambda', 'CreateFunction', { ...properties, FunctionName: FunctionName ?? name });
      return { id: made.FunctionName, attributes: { Arn: made.FunctionArn } };
    },
    remove: (send, { id }) => send('lambda', 'DeleteFunction', { FunctionName: id }),
  },
  'AWS::Lambda::Permission': {
    async make(send, properties, name) {
      await send('lambda', 'AddPermission', { ...properties, StatementId: name });
      return { id: name, attributes: { FunctionName: properties.FunctionName } };
    },
    remove: (send, { id, attributes }) => send('lambda', 'RemovePermission', { FunctionName: attributes.FunctionName, StatementId: id }),
  },
  'AWS::Events::Rule': {
    async make(send, { Name, Targets = [], EventPattern, ...properties }, name) {
      const rule = Name ?? name;
      const { RuleArn } = await send('events', 'PutRule', {
        ...properties,
        Name: rule,
        ...(EventPattern === undefined ? {} : { EventPattern: text(EventPattern) }),
      });
      if (Targets.length > 0) await send('events', 'PutTargets', { Rule: rule, Targets });
      return { id: rule, attributes: { Arn: RuleArn } };
    },
    async remove(send, { id }) {
      const { Targets } = await send('events', 'ListTargetsByRule', { Rule: id });
      if (Targets.length > 0) await send('events', 'RemoveTargets', { Rule: id, Ids: Targets.map((one: any) => one.Id) });
      return send('events', 'DeleteRule', { Name: id });
    },
  },
  'AWS::SSM::Document': {
    async make(send, { Name, Content, DocumentType }, name) {
      const document = Name ?? name;
      await send('ssm', 'CreateDocument', { Name: document, Content: text(Content), ...(DocumentType === undefined ? {} : { DocumentType }) });
      return { id: document, attributes: {} };
    },
    remove: (send, { id }) => send('ssm', 'DeleteDocument', { Name: id }),
  },
  'AWS::ECS::Cluster': {
    async make(send, { ClusterName }, name) {
      const { cluster } = await send('ecs', 'CreateCluster', { clusterName: ClusterName ?? name });
      return { id: cluster.clusterName, attributes: { Arn: cluster.clusterArn } };
    },
    remove: (send, { id }) => send('ecs', 'DeleteCluster', { cluster: id }),
  },
};
