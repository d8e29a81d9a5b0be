import { BOOLEAN, clientClass, INTEGER, ISO_TIMESTAMP, label, list, model, query, STRING } from './model.ts';

/** IAM Roles Anywhere 2018-05-10: trust anchors and profiles. API reference, "IAM Roles Anywhere". */
const NAMESPACE = 'com.amazonaws.rolesanywhere';
const { structure, operation, error, command, errorTypeRegistries } = model(NAMESPACE, 'RolesAnywhere');

const message = { message: STRING };
export const AccessDeniedException$ = error('AccessDeniedException', 403, [], message);
export const ResourceNotFoundException$ = error('ResourceNotFoundException', 404, [], message);
export const ServiceUnavailableException$ = error('ServiceUnavailableException', 503, ['message'], { ...message, retryAfterSeconds: INTEGER });
export const TooManyTagsException$ = error('TooManyTagsException', 400, [], message);
export const ValidationException$ = error('ValidationException', 400, [], message);

const SourceData$ = structure('SourceData', [], { x509CertificateData: STRING, acmPcaArn: STRING });
const Source$ = structure('Source', [], { sourceType: STRING, sourceData: SourceData$ });
const Tag$ = structure('Tag', ['key', 'value'], { key: STRING, value: STRING });
const notification = { enabled: BOOLEAN, event: STRING, threshold: INTEGER, channel: STRING };
const NotificationSetting$ = structure('NotificationSetting', ['enabled', 'event'], notification);
const NotificationSettingDetail$ = structure('NotificationSettingDetail', ['enabled', 'event'], { ...notification, configuredBy: STRING });
const TrustAnchorDetail$ = structure('TrustAnchorDetail', [], {
  trustAnchorId: STRING,
  trustAnchorArn: STRING,
  name: STRING,
  source: Source$,
  enabled: BOOLEAN,
  crlDpRevocationEnabled: BOOLEAN,
  createdAt: ISO_TIMESTAMP,
  updatedAt: ISO_TIMESTAMP,
  notificationSettings: list(NotificationSettingDetail$, 'NotificationSettingDetails'),
  aliasName: STRING,
});
const MappingRule$ = structure('MappingRule', ['specifier'], { specifier: STRING });
const AttributeMapping$ = structure('AttributeMapping', [], { certificateField: STRING, mappingRules: list(MappingRule$, 'MappingRules') });
const ProfileDetail$ = structure('ProfileDetail', [], {
  profileId: STRING,
  profileArn: STRING,
  name: STRING,
  requireInstanceProperties: BOOLEAN,
  enabled: BOOLEAN,
  createdBy: STRING,
  sessionPolicy: STRING,
  roleArns: list(STRING),
  managedPolicyArns: list(STRING),
  createdAt: ISO_TIMESTAMP,
  updatedAt: ISO_TIMESTAMP,
  durationSeconds: INTEGER,
  acceptRoleSessionName: BOOLEAN,
  attributeMappings: list(AttributeMapping$, 'AttributeMappings'),
  aliasName: STRING,
});

const ListRequest$ = structure('ListRequest', [], { nextToken: query(STRING, 'nextToken'), pageSize: query(INTEGER, 'pageSize') });
const ScalarTrustAnchorRequest$ = structure('ScalarTrustAnchorRequest', ['trustAnchorId'], { trustAnchorId: label(STRING) });
const ScalarProfileRequest$ = structure('ScalarProfileRequest', ['profileId'], { profileId: label(STRING) });
const TrustAnchorDetailResponse$ = structure('TrustAnchorDetailResponse', ['trustAnchor'], { trustAnchor: TrustAnchorDetail$ });
const ProfileDetailResponse$ = structure('ProfileDetailResponse', [], { profile: ProfileDetail$ });

export const ListTrustAnchors$ = operation(
  'ListTrustAnchors',
  ['GET', '/trustanchors', 200],
  ListRequest$,
  structure('ListTrustAnchorsResponse', [], { nextToken: STRING, trustAnchors: list(TrustAnchorDetail$, 'TrustAnchorDetails') }),
);
export const CreateTrustAnchor$ = operation(
  'CreateTrustAnchor',
  ['POST', '/trustanchors', 201],
  structure('CreateTrustAnchorRequest', ['name', 'source'], {
    name: STRING,
    source: Source$,
    enabled: BOOLEAN,
    crlDpRevocationEnabled: BOOLEAN,
    tags: list(Tag$, 'TagList'),
    notificationSettings: list(NotificationSetting$, 'NotificationSettings'),
    aliasName: STRING,
  }),
  TrustAnchorDetailResponse$,
);
const anchor = (name: string, method: string, path: string) =>
  operation(name, [method, `/trustanchor/{trustAnchorId}${path}`, 200], ScalarTrustAnchorRequest$, TrustAnchorDetailResponse$);
export const GetTrustAnchor$ = anchor('GetTrustAnchor', 'GET', '');
export const EnableTrustAnchor$ = anchor('EnableTrustAnchor', 'POST', '/enable');
export const DisableTrustAnchor$ = anchor('DisableTrustAnchor', 'POST', '/disable');
export const DeleteTrustAnchor$ = anchor('DeleteTrustAnchor', 'DELETE', '');

export const ListProfiles$ = operation(
  'ListProfiles',
  ['GET', '/profiles', 200],
  ListRequest$,
  structure('ListProfilesResponse', [], { nextToken: STRING, profiles: list(ProfileDetail$, 'ProfileDetails') }),
);
export const CreateProfile$ = operation(
  'CreateProfile',
  ['POST', '/profiles', 201],
  structure('CreateProfileRequest', ['name', 'roleArns'], {
    name: STRING,
    roleArns: list(STRING),
    requireInstanceProperties: BOOLEAN,
    sessionPolicy: STRING,
    managedPolicyArns: list(STRING),
    durationSeconds: INTEGER,
    enabled: BOOLEAN,
    tags: list(Tag$, 'TagList'),
    acceptRoleSessionName: BOOLEAN,
    aliasName: STRING,
  }),
  ProfileDetailResponse$,
);
const profile = (name: string, method: string, path: string) =>
  operation(name, [method, `/profile/{profileId}${path}`, 200], ScalarProfileRequest$, ProfileDetailResponse$);
export const GetProfile$ = profile('GetProfile', 'GET', '');
export const EnableProfile$ = profile('EnableProfile', 'POST', '/enable');
export const DisableProfile$ = profile('DisableProfile', 'POST', '/disable');
export const DeleteProfile$ = profile('DeleteProfile', 'DELETE', '');

export const ListTrustAnchorsCommand = command(ListTrustAnchors$);
export const CreateTrustAnchorCommand = command(CreateTrustAnchor$);
export const GetTrustAnchorCommand = command(GetTrustAnchor$);
export const EnableTrustAnchorCommand = command(EnableTrustAnchor$);
export const DisableTrustAnchorCommand = command(DisableTrustAnchor$);
export const DeleteTrustAnchorCommand = command(DeleteTrustAnchor$);
export const ListProfilesCommand = command(ListProfiles$);
export const CreateProfileCommand = command(CreateProfile$);
export const GetProfileCommand = command(GetProfile$);
export const EnableProfileCommand = command(EnableProfile$);
export const DisableProfileCommand = command(DisableProfile$);
export const DeleteProfileCommand = command(DeleteProfile$);

const Client = clientClass({ name: 'rolesanywhere', serviceId: 'RolesAnywhere', namespace: NAMESPACE, version: '2018-05-10', errorTypeRegistries });
export class RolesAnywhereClient extends Client {}
