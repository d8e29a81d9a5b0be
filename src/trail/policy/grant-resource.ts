import { text as say, type Text } from '../../kernel/index.ts';
import { at, isObject, text } from '../event.ts';
import { AWS_ACCOUNTS } from './aws-accounts.ts';
import { type Asked, type Grant, grant, NOT_SHOWN } from './grant-words.ts';
import { RESOURCE_POLICIES } from './places.ts';
import { readPolicy } from './read.ts';
import { type Trust, trustOf } from './trust.ts';

const summary = (outsiders: readonly Trust[], en: string, es: string): Text => {
  const worst = outsiders.find(({ who }) => who === 'anyone') ?? outsiders[0];
  return say(`${en} ${worst?.why.en ?? 'It lets in nobody from outside.'}`, `${es} ${worst?.why.es ?? 'No deja entrar a nadie de fuera.'}`);
};
function trusting({ own }: Asked, to: string, document: unknown, en: string, es: string): Grant {
  if (document === undefined || document === null) return grant({ to, unclear: NOT_SHOWN, why: summary([], en, es) });
  const { policy, why } = readPolicy(document);
  if (!policy) return grant({ to, unclear: why, why: say(`${en} ${why.en}`, `${es} ${why.es}`) });
  const outsiders = trustOf(policy, own).filter(({ outside }) => outside);
  return grant({ to, outsiders, why: summary(outsiders, en, es) });
}

/** Trust policies of roles and policies on resources; permissions given one by one are read as the statement they become. */
export function resourceGrant(asked: Asked): Grant | undefined {
  const { record, api, ask } = asked;
  if (api === 'iam:UpdateAssumeRolePolicy' || api === 'iam:CreateRole') {
    const document = at(record, `requestParameters.${api === 'iam:CreateRole' ? 'assumeRolePolicyDocument' : 'policyDocument'}`);
    return trusting(asked, `role/${ask('roleName') ?? ''}`, document, 'Who may take on a role is written.', 'Se escribe quién puede asumir un rol.');
  }
  const one = permission(asked);
  if (one) return one;
  if (!Object.hasOwn(RESOURCE_POLICIES, api)) return undefined;
  const place = RESOURCE_POLICIES[api]!;
  const document = place.policy.map((path) => at(record, path)).find((value) => value !== undefined && value !== null);
  // Most calls of these APIs are about something else than the policy.
  if (document === undefined && /^(sqs|sns|kms:Create|es|ec2|events)/.test(api)) return undefined;
  const on = place.on.map((path) => text(record, path)).find((value) => value !== undefined) ?? '';
  return trusting(asked, `resource/${on}`, document, 'Who may use a resource is written.', 'Se escribe quién puede usar un recurso.');
}

/** Lambda, SQS, SNS, EventBridge and KMS grants name who is let in without a document. */
function permission(asked: Asked): Grant | undefined {
  const { record, api, ask } = asked;
  const statement = (to: string | undefined, principals: readonly string[], conditions: Record<string, Record<string, string>> = {}) => {
    if (principals.length === 0) return grant({ to: `resource/${to ?? ''}`, unclear: NOT_SHOWN, why: NOT_SHOWN });
    const services = principals.filter((one) => /\.amazonaws\.com(\.cn)?$/.test(one));
    const Principal = { AWS: principals.filter((one) => !services.includes(one)), Service: services };
    const document = { Statement: [{ Effect: 'Allow', Action: '*', Principal, Condition: conditions }] };
    return trusting(asked, `resource/${to ?? ''}`, document, 'Somebody is let into a resource.', 'Se deja entrar a alguien en un recurso.');
  };
  const given = (path: string): string[] => {
    const value = at(record, `requestParameters.${path}`);
    return (Array.isArray(value) ? value : [value]).flatMap((item) =>
      typeof item === 'string' ? [item] : typeof item === 'number' ? [String(item).padStart(12, '0')] : [],
    );
  };
  const equal = (pairs: Record<string, string | undefined>): Record<string, Record<string, string>> => {
    const set = Object.entries(pairs).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return set.length === 0 ? {} : { StringEquals: Object.fromEntries(set) };
  };
  switch (api) {
    case 'lambda:AddPermission':
      return statement(
        ask('functionName'),
        given('principal'),
        equal({ 'aws:PrincipalOrgID': ask('principalOrgID'), 'aws:SourceAccount': ask('sourceAccount'), 'aws:SourceArn': ask('sourceArn') }),
      );
    case 'lambda:AddLayerVersionPermission':
      return statement(ask('layerName'), given('principal'), equal({ 'aws:PrincipalOrgID': ask('organizationId') }));
    case 'sqs:AddPermission':
      return statement(ask('queueUrl'), [...given('aWSAccountIds'), ...given('AWSAccountIds')]);
    case 'sns:AddPermission':
      return statement(ask('topicArn'), [...given('aWSAccountId'), ...given('aWSAccountIds')]);
    case 'sns:SetTopicAttributes':
      return ask('attributeName') === 'Policy'
        ? trusting(
            asked,
            `resource/${ask('topicArn') ?? ''}`,
            at(record, 'requestParameters.attributeValue'),
            'Who may use a topic is written.',
            'Se escribe quién puede usar un tema.',
          )
        : undefined;
    case 'events:PutPermission':
      return ask('principal') === undefined
        ? undefined
        : statement(
            ask('eventBusName'),
            given('principal'),
            ask('condition.key') === 'aws:PrincipalOrgID' ? equal({ 'aws:PrincipalOrgID': ask('condition.value') }) : {},
          );
    case 'kms:CreateGrant':
      return statement(ask('keyId'), given('granteePrincipal').slice(0, 1));
    case 's3:PutBucketAcl':
    case 's3:PutObjectAcl':
    case 's3:CreateBucket':
      return acl(asked);
    default:
      return undefined;
  }
}

/** ACLs: the canned ones and the two groups of everybody. Source: ACL overview, Amazon S3 User Guide. */
function acl({ record, ask, api }: Asked): Grant | undefined {
  const wanted = at(record, 'requestParameters.x-amz-acl');
  const canned = Array.isArray(wanted) ? wanted[0] : wanted;
  const grants = at(record, 'requestParameters.AccessControlPolicy.AccessControlList.Grant');
  const groups = (Array.isArray(grants) ? grants : [grants]).flatMap((one) => (isObject(one) ? (text(one, 'Grantee.URI') ?? []) : []));
  const open =
    /^(public-read|public-read-write|authenticated-read)$/.test(String(canned)) ||
    groups.some((uri) => /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.test(uri));
  if (!open)
    return api === 's3:CreateBucket'
      ? undefined
      : grant({
          to: `resource/${ask('bucketName') ?? ''}`,
          why: say('An access list is written; it lets in no public group.', 'Se escribe una lista de acceso; no deja entrar a ningún grupo público.'),
        });
  const why = say('It lets in anyone in the world.', 'Deja entrar a cualquiera en el mundo.');
  const { policy } = readPolicy({ Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*' } });
  return grant({ to: `resource/${ask('bucketName') ?? ''}`, outsiders: trustOf(policy!, AWS_ACCOUNTS), why });
}
