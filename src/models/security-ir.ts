import { BOOLEAN, clientClass, INTEGER, label, list, map, model, SECRET, STRING, TIMESTAMP, token } from './model.ts';

/** AWS Security Incident Response 2018-05-10: memberships, cases and their comments. API reference, "Security Incident Response". */
const NAMESPACE = 'com.amazonaws.securityir';
const { structure, operation, error, command, errorTypeRegistries } = model(NAMESPACE, 'SecurityIR');

const message = { message: STRING };
const resource = { resourceId: STRING, resourceType: STRING };
const retry = { retryAfterSeconds: [INTEGER, { httpHeader: 'Retry-After' }] };
export const AccessDeniedException$ = error('AccessDeniedException', 403, ['message'], message);
export const ConflictException$ = error('ConflictException', 409, ['message', 'resourceId', 'resourceType'], { ...message, ...resource });
export const InternalServerException$ = error('InternalServerException', 500, ['message'], { ...message, ...retry });
export const InvalidTokenException$ = error('InvalidTokenException', 423, ['message'], message);
export const ResourceNotFoundException$ = error('ResourceNotFoundException', 404, ['message'], message);
export const SecurityIncidentResponseNotActiveException$ = error('SecurityIncidentResponseNotActiveException', 400, ['message'], message);
export const ServiceQuotaExceededException$ = error(
  'ServiceQuotaExceededException',
  402,
  ['message', 'resourceId', 'resourceType', 'serviceCode', 'quotaCode'],
  { ...message, ...resource, serviceCode: STRING, quotaCode: STRING },
);
export const ThrottlingException$ = error('ThrottlingException', 429, ['message'], { ...message, serviceCode: STRING, quotaCode: STRING, ...retry });
const ValidationExceptionField$ = structure('ValidationExceptionField', ['name', 'message'], { name: STRING, message: STRING });
export const ValidationException$ = error('ValidationException', 400, ['message', 'reason'], {
  ...message,
  reason: STRING,
  fieldList: list(ValidationExceptionField$, 'ValidationExceptionFieldList'),
});

const Watcher$ = structure('Watcher', ['email'], { email: SECRET, name: SECRET, jobTitle: SECRET });
const ThreatActorIp$ = structure('ThreatActorIp', ['ipAddress'], { ipAddress: SECRET, userAgent: STRING });
const ImpactedAwsRegion$ = structure('ImpactedAwsRegion', ['region'], { region: STRING });
const CaseMetadataEntry$ = structure('CaseMetadataEntry', ['key', 'value'], { key: STRING, value: STRING });
const CaseAttachmentAttributes$ = structure('CaseAttachmentAttributes', ['attachmentId', 'fileName', 'attachmentStatus', 'creator', 'createdDate'], {
  attachmentId: STRING,
  fileName: SECRET,
  attachmentStatus: STRING,
  creator: STRING,
  createdDate: TIMESTAMP,
});
const watchers = list(Watcher$, 'Watchers');
const addresses = list(ThreatActorIp$, 'ThreatActorIpList');
const regions = list(ImpactedAwsRegion$, 'ImpactedAwsRegionList');
const metadata = list(CaseMetadataEntry$, 'CaseMetadata');
const page = { nextToken: STRING, maxResults: INTEGER };

const membership = { membershipId: STRING, accountId: STRING, region: STRING, membershipArn: STRING, membershipStatus: STRING };
const IncidentResponder$ = structure('IncidentResponder', ['name', 'jobTitle', 'email'], {
  name: SECRET,
  jobTitle: SECRET,
  email: SECRET,
  communicationPreferences: list(STRING),
});
const OptInFeature$ = structure('OptInFeature', ['featureName', 'isEnabled'], { featureName: STRING, isEnabled: BOOLEAN });
const MembershipAccountsConfigurations$ = structure('MembershipAccountsConfigurations', [], {
  coverEntireOrganization: BOOLEAN,
  organizationalUnits: list(STRING),
});

export const ListMemberships$ = operation(
  'ListMemberships',
  ['POST', '/v1/memberships', 200],
  structure('ListMembershipsRequest', [], page),
  structure('ListMembershipsResponse', [], {
    nextToken: STRING,
    items: list(structure('ListMembershipItem', ['membershipId'], membership), 'ListMembershipItems'),
  }),
);
export const GetMembership$ = operation(
  'GetMembership',
  ['GET', '/v1/membership/{membershipId}', 200],
  structure('GetMembershipRequest', ['membershipId'], { membershipId: label(STRING) }),
  structure('GetMembershipResponse', ['membershipId'], {
    ...membership,
    membershipName: SECRET,
    membershipActivationTimestamp: TIMESTAMP,
    membershipDeactivationTimestamp: TIMESTAMP,
    customerType: STRING,
    numberOfAccountsCovered: INTEGER,
    incidentResponseTeam: list(IncidentResponder$, 'IncidentResponseTeam'),
    optInFeatures: list(OptInFeature$, 'OptInFeatures'),
    membershipAccountsConfigurations: MembershipAccountsConfigurations$,
  }),
);
export const CreateCase$ = operation(
  'CreateCase',
  ['POST', '/v1/create-case', 201],
  structure('CreateCaseRequest', ['resolverType', 'title', 'description', 'engagementType', 'reportedIncidentStartDate', 'impactedAccounts', 'watchers'], {
    resolverType: STRING,
    title: SECRET,
    description: SECRET,
    engagementType: STRING,
    reportedIncidentStartDate: TIMESTAMP,
    impactedAccounts: list(STRING),
    watchers,
    clientToken: token(STRING),
    threatActorIpAddresses: addresses,
    impactedServices: list(STRING),
    impactedAwsRegions: regions,
    tags: map(STRING),
  }),
  structure('CreateCaseResponse', ['caseId'], { caseId: STRING }),
);
const CaseRequest$ = structure('GetCaseRequest', ['caseId'], { caseId: label(STRING) });
export const GetCase$ = operation(
  'GetCase',
  ['GET', '/v1/cases/{caseId}/get-case', 200],
  CaseRequest$,
  structure('GetCaseResponse', [], {
    title: SECRET,
    caseArn: STRING,
    description: SECRET,
    caseStatus: STRING,
    engagementType: STRING,
    reportedIncidentStartDate: TIMESTAMP,
    actualIncidentStartDate: TIMESTAMP,
    impactedAwsRegions: regions,
    threatActorIpAddresses: addresses,
    pendingAction: STRING,
    impactedAccounts: list(STRING),
    watchers,
    createdDate: TIMESTAMP,
    lastUpdatedDate: TIMESTAMP,
    closureCode: STRING,
    resolverType: STRING,
    impactedServices: list(STRING),
    caseAttachments: list(CaseAttachmentAttributes$, 'CaseAttachmentsList'),
    closedDate: TIMESTAMP,
    caseMetadata: metadata,
  }),
);
const ListCasesItem$ = structure('ListCasesItem', ['caseId'], {
  caseId: STRING,
  lastUpdatedDate: TIMESTAMP,
  title: SECRET,
  caseArn: STRING,
  engagementType: STRING,
  caseStatus: STRING,
  createdDate: TIMESTAMP,
  closedDate: TIMESTAMP,
  resolverType: STRING,
  pendingAction: STRING,
});
export const ListCases$ = operation(
  'ListCases',
  ['POST', '/v1/list-cases', 200],
  structure('ListCasesRequest', [], page),
  structure('ListCasesResponse', [], { nextToken: STRING, items: list(ListCasesItem$, 'ListCasesItems'), total: INTEGER }),
);
export const UpdateCase$ = operation(
  'UpdateCase',
  ['POST', '/v1/cases/{caseId}/update-case', 200],
  structure('UpdateCaseRequest', ['caseId'], {
    caseId: label(STRING),
    title: SECRET,
    description: SECRET,
    reportedIncidentStartDate: TIMESTAMP,
    actualIncidentStartDate: TIMESTAMP,
    engagementType: STRING,
    watchersToAdd: watchers,
    watchersToDelete: watchers,
    threatActorIpAddressesToAdd: addresses,
    threatActorIpAddressesToDelete: addresses,
    impactedServicesToAdd: list(STRING),
    impactedServicesToDelete: list(STRING),
    impactedAwsRegionsToAdd: regions,
    impactedAwsRegionsToDelete: regions,
    impactedAccountsToAdd: list(STRING),
    impactedAccountsToDelete: list(STRING),
    caseMetadata: metadata,
  }),
  structure('UpdateCaseResponse', [], {}),
);
export const UpdateCaseStatus$ = operation(
  'UpdateCaseStatus',
  ['POST', '/v1/cases/{caseId}/update-case-status', 201],
  structure('UpdateCaseStatusRequest', ['caseId', 'caseStatus'], { caseId: label(STRING), caseStatus: STRING }),
  structure('UpdateCaseStatusResponse', [], { caseStatus: STRING }),
);
export const CloseCase$ = operation(
  'CloseCase',
  ['POST', '/v1/cases/{caseId}/close-case', 200],
  CaseRequest$,
  structure('CloseCaseResponse', [], { caseStatus: STRING, closedDate: TIMESTAMP }),
);
export const CreateCaseComment$ = operation(
  'CreateCaseComment',
  ['POST', '/v1/cases/{caseId}/create-comment', 201],
  structure('CreateCaseCommentRequest', ['caseId', 'body'], { caseId: label(STRING), body: SECRET, clientToken: token(STRING) }),
  structure('CreateCaseCommentResponse', ['commentId'], { commentId: STRING }),
);
const ListCommentsItem$ = structure('ListCommentsItem', ['commentId'], {
  commentId: STRING,
  createdDate: TIMESTAMP,
  lastUpdatedDate: TIMESTAMP,
  creator: STRING,
  lastUpdatedBy: STRING,
  body: SECRET,
});
export const ListComments$ = operation(
  'ListComments',
  ['POST', '/v1/cases/{caseId}/list-comments', 200],
  structure('ListCommentsRequest', ['caseId'], { caseId: label(STRING), ...page }),
  structure('ListCommentsResponse', [], { nextToken: STRING, items: list(ListCommentsItem$, 'ListCommentsItems'), total: INTEGER }),
);

export const ListMembershipsCommand = command(ListMemberships$);
export const GetMembershipCommand = command(GetMembership$);
export const CreateCaseCommand = command(CreateCase$);
export const GetCaseCommand = command(GetCase$);
export const ListCasesCommand = command(ListCases$);
export const UpdateCaseCommand = command(UpdateCase$);
export const UpdateCaseStatusCommand = command(UpdateCaseStatus$);
export const CloseCaseCommand = command(CloseCase$);
export const CreateCaseCommentCommand = command(CreateCaseComment$);
export const ListCommentsCommand = command(ListComments$);

const Client = clientClass({
  name: 'security-ir',
  serviceId: 'Security IR',
  namespace: NAMESPACE,
  version: '2018-05-10',
  errorTypeRegistries,
  dualStackOnly: true,
});
export class SecurityIRClient extends Client {}
