import { clientClass, INTEGER, label, list, model, STRING, TIMESTAMP } from './model.ts';

/** Amazon EBS Recycle Bin 2021-06-15: retention rules. API reference, "Recycle Bin". */
const NAMESPACE = 'com.amazonaws.rbin';
const { structure, operation, error, command, errorTypeRegistries } = model(NAMESPACE, 'rbin');

const refusal = { Message: STRING, Reason: STRING };
export const ValidationException$ = error('ValidationException', 400, [], refusal);
export const ResourceNotFoundException$ = error('ResourceNotFoundException', 404, [], refusal);
export const ConflictException$ = error('ConflictException', 409, [], refusal);
export const ServiceQuotaExceededException$ = error('ServiceQuotaExceededException', 402, [], refusal);
export const InternalServerException$ = error('InternalServerException', 500, [], { Message: STRING });

const RetentionPeriod$ = structure('RetentionPeriod', ['RetentionPeriodValue', 'RetentionPeriodUnit'], {
  RetentionPeriodValue: INTEGER,
  RetentionPeriodUnit: STRING,
});
const ResourceTag$ = structure('ResourceTag', ['ResourceTagKey'], { ResourceTagKey: STRING, ResourceTagValue: STRING });
const Tag$ = structure('Tag', ['Key', 'Value'], { Key: STRING, Value: STRING });
const UnlockDelay$ = structure('UnlockDelay', ['UnlockDelayValue', 'UnlockDelayUnit'], { UnlockDelayValue: INTEGER, UnlockDelayUnit: STRING });
const LockConfiguration$ = structure('LockConfiguration', ['UnlockDelay'], { UnlockDelay: UnlockDelay$ });
const ResourceTags = list(ResourceTag$, 'ResourceTags');
const ExcludeResourceTags = list(ResourceTag$, 'ExcludeResourceTags');
const Tags = list(Tag$, 'TagList');

const rule = { Identifier: STRING, RetentionPeriod: RetentionPeriod$, Description: STRING, ResourceType: STRING, ResourceTags, ExcludeResourceTags };
const shown = { ...rule, Status: STRING, LockConfiguration: LockConfiguration$, LockState: STRING, RuleArn: STRING };

export const CreateRule$ = operation(
  'CreateRule',
  ['POST', '/rules', 201],
  structure('CreateRuleRequest', ['RetentionPeriod', 'ResourceType'], {
    RetentionPeriod: RetentionPeriod$,
    Description: STRING,
    Tags,
    ResourceType: STRING,
    ResourceTags,
    LockConfiguration: LockConfiguration$,
    ExcludeResourceTags,
  }),
  structure('CreateRuleResponse', [], { ...shown, Tags }),
);
export const UpdateRule$ = operation(
  'UpdateRule',
  ['PATCH', '/rules/{Identifier}', 200],
  structure('UpdateRuleRequest', ['Identifier'], { ...rule, Identifier: label(STRING) }),
  structure('UpdateRuleResponse', [], { ...rule, Status: STRING, LockState: STRING, LockEndTime: TIMESTAMP, RuleArn: STRING }),
);
const Identified$ = structure('GetRuleRequest', ['Identifier'], { Identifier: label(STRING) });
export const GetRule$ = operation(
  'GetRule',
  ['GET', '/rules/{Identifier}', 200],
  Identified$,
  structure('GetRuleResponse', [], { ...shown, LockEndTime: TIMESTAMP }),
);
const RuleSummary$ = structure('RuleSummary', [], {
  Identifier: STRING,
  Description: STRING,
  RetentionPeriod: RetentionPeriod$,
  LockState: STRING,
  RuleArn: STRING,
});
export const ListRules$ = operation(
  'ListRules',
  ['POST', '/list-rules', 200],
  structure('ListRulesRequest', ['ResourceType'], {
    MaxResults: INTEGER,
    NextToken: STRING,
    ResourceType: STRING,
    ResourceTags,
    LockState: STRING,
    ExcludeResourceTags,
  }),
  structure('ListRulesResponse', [], { Rules: list(RuleSummary$, 'RuleSummaryList'), NextToken: STRING }),
);
export const DeleteRule$ = operation('DeleteRule', ['DELETE', '/rules/{Identifier}', 204], Identified$, structure('DeleteRuleResponse', [], {}));
export const LockRule$ = operation(
  'LockRule',
  ['PATCH', '/rules/{Identifier}/lock', 200],
  structure('LockRuleRequest', ['Identifier', 'LockConfiguration'], { Identifier: label(STRING), LockConfiguration: LockConfiguration$ }),
  structure('LockRuleResponse', [], shown),
);
export const UnlockRule$ = operation(
  'UnlockRule',
  ['PATCH', '/rules/{Identifier}/unlock', 200],
  Identified$,
  structure('UnlockRuleResponse', [], { ...shown, LockEndTime: TIMESTAMP }),
);

export const CreateRuleCommand = command(CreateRule$);
export const UpdateRuleCommand = command(UpdateRule$);
export const GetRuleCommand = command(GetRule$);
export const ListRulesCommand = command(ListRules$);
export const DeleteRuleCommand = command(DeleteRule$);
export const LockRuleCommand = command(LockRule$);
export const UnlockRuleCommand = command(UnlockRule$);

const Client = clientClass({ name: 'rbin', serviceId: 'rbin', namespace: NAMESPACE, version: '2021-06-15', errorTypeRegistries });
export class RbinClient extends Client {}
