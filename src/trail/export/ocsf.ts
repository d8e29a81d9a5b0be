import { outcomeOf, type TrailRecord, text } from '../event.ts';
import { sentenceOf } from '../timeline/index.ts';
import type { Exported } from './exported.ts';
import { classify } from './ocsf-class.ts';
import { actorOf, apiPartOf, cloudOf, filled, observablesOf, resourcesOf, sourceOf, unmappedOf } from './ocsf-parts.ts';

/** Version of the schema that the events follow. */
export const OCSF_VERSION = '1.5.0';

/** Members of a record that have a place of their own in every class; what else there is goes to `unmapped`. */
const MAPPED = [
  ...['eventVersion', 'eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestParameters'],
  ...['responseElements', 'requestID', 'eventID', 'eventType', 'apiVersion', 'recipientAccountId', 'eventCategory', 'vpcEndpointId', 'resources'],
  ...[
    'type',
    'principalId',
    'arn',
    'accountId',
    'accessKeyId',
    'credentialId',
    'userName',
    'invokedBy',
    'identityProvider',
    'onBehalfOf.userId',
    'onBehalfOf.identityStoreArn',
  ].map((name) => `userIdentity.${name}`),
  ...['attributes.creationDate', 'attributes.mfaAuthenticated', 'sessionIssuer.arn'].map((name) => `userIdentity.sessionContext.${name}`),
];
const SIGN_IN = ['additionalEventData.MFAUsed', 'additionalEventData.LoginTo'];

function metadataOf(record: TrailRecord, { n, file, sha256, index }: Exported): unknown {
  const category = text(record, 'eventCategory');
  return filled({
    version: OCSF_VERSION,
    product: filled({
      name: 'CloudTrail',
      vendor_name: 'AWS',
      version: text(record, 'eventVersion'),
      feature: category === undefined ? undefined : { name: category },
    }),
    profiles: ['cloud', 'datetime'],
    uid: text(record, 'eventID'),
    event_code: text(record, 'eventType'),
    original_time: text(record, 'eventTime'),
    log_name: file,
    labels: [`source_sha256:${sha256}`, `source_record:${index}`, `event_number:${n}`],
  });
}

/** One event in OCSF's words. `time` is required there: of an event without a date it is 0, and `metadata.original_time` has its text. */
export function ocsfOf(event: Exported): Readonly<Record<string, unknown>> {
  const { record, raw, n, entry } = event;
  const { class_uid, class_name, category_uid, category_name, activity_id, activity_name, caption, own, failed } = classify(record);
  const outcome = outcomeOf(record);
  const success = outcome === 'done' && !failed;
  const agent = text(record, 'userAgent');
  const time = entry.time ?? 0;
  const told = filled({
    class_uid,
    class_name,
    category_uid,
    category_name,
    activity_id,
    activity_name,
    type_uid: class_uid * 100 + activity_id,
    type_name: `${class_name}: ${caption}`,
    severity_id: 1,
    severity: 'Informational',
    time,
    time_dt: new Date(time).toISOString(),
    message: sentenceOf(entry),
    status_id: success ? 1 : 2,
    status: success ? 'Success' : 'Failure',
    status_code: text(record, 'errorCode'),
    status_detail: outcome === 'dry-run' ? 'DryRun' : text(record, 'errorMessage'),
    metadata: metadataOf(record, event),
    cloud: cloudOf(record),
    actor: actorOf(record),
    api: apiPartOf(record, n),
    src_endpoint: sourceOf(record),
    http_request: agent === undefined ? undefined : { user_agent: agent },
    resources: class_uid === 6003 ? resourcesOf(record) : undefined,
    ...own,
  })!;
  // What has not the form that its place wants, and resources where a class has none, are left over too.
  const whole = Array.isArray(told.resources) && Array.isArray(record.resources) && told.resources.length === record.resources.length;
  const mapped = [...MAPPED, ...(class_uid === 3002 ? SIGN_IN : [])].filter((path) =>
    path === 'resources' ? whole : path === 'requestParameters' || path === 'responseElements' || text(record, path) !== undefined,
  );
  return filled({ ...told, observables: observablesOf(told), unmapped: unmappedOf(record, mapped), raw_data: raw })!;
}

/**
 * JSONL in the Open Cybersecurity Schema Framework, version `OCSF_VERSION`, profiles cloud and datetime: API Activity (6003), Authentication (3002), Account
 * Change (3001). Where the event came from stands in `metadata.log_name` and `metadata.labels`; the record's text in `raw_data`.
 * Source: schema.ocsf.io, and AWS's published mapping of CloudTrail.
 */
export async function* ocsf(events: AsyncIterable<Exported>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(ocsfOf(event))}\n`;
}
