import { type Json, type Text, text } from '../../kernel/index.ts';
import { apiOf, at, keyOf, type Outcome, outcomeOf, principalOf, type TrailEvent, type TrailRecord, text as textAt, timeOf } from '../event.ts';
import { leftOut, type Recorded, recordedBy } from './selectors.ts';

/** A call that changed a trail, its bucket or its key, or tried to. Names and addresses come from the events: others wrote them. */
export interface TrailChange {
  readonly n: number;
  readonly time: number;
  readonly account: string;
  readonly region: string;
  /** ARN where the event says it, otherwise `account:region:name`. */
  readonly trail: string | undefined;
  readonly api: string;
  readonly principal: string;
  readonly key: string | undefined;
  readonly address: string | undefined;
  readonly outcome: Outcome;
  readonly why: Text;
}
export type BlindKind = 'stopped' | 'deleted' | 'selectors' | 'single-region' | 'no-global' | 'no-organization' | 'other-bucket' | 'no-validation';
/** From when to when a trail saw nothing, or less than before. */
export interface Blind {
  readonly kind: BlindKind;
  /** `blind`: nothing is recorded; `half`: a part is not; `elsewhere`: recorded into another bucket; `unproved`: recorded without digests. */
  readonly degree: 'blind' | 'half' | 'elsewhere' | 'unproved';
  readonly trail: string;
  readonly account: string;
  /** Home region; the trail's other regions are concerned too when it has several. */
  readonly region: string;
  readonly regions: 'home' | 'all' | 'all-others' | 'perhaps-all';
  readonly from: number;
  /** undefined: nothing at hand ended it. */
  readonly until: number | undefined;
  /** Events that began and ended it. */
  readonly begun: number;
  readonly ended: number | undefined;
  /** What is left out. */
  readonly what: readonly Text[];
}

const CLOUDTRAIL: Readonly<Record<string, Text>> = {
  CreateTrail: text('a trail was created', 'se creó una traza'),
  UpdateTrail: text('the settings of a trail were changed', 'se cambió la configuración de una traza'),
  DeleteTrail: text('a trail was deleted', 'se borró una traza'),
  StartLogging: text('logging was started', 'se inició el registro'),
  StopLogging: text('logging was stopped', 'se detuvo el registro'),
  PutEventSelectors: text('what a trail records was changed', 'se cambió lo que registra una traza'),
  PutInsightSelectors: text('which insights a trail gives was changed', 'se cambió qué «insights» da una traza'),
  DeleteEventDataStore: text('an event data store was deleted', 'se borró un almacén de eventos'),
  UpdateEventDataStore: text('an event data store was changed', 'se cambió un almacén de eventos'),
  StopEventDataStoreIngestion: text('an event data store takes no more events', 'un almacén de eventos dejó de recibir eventos'),
  DeleteChannel: text('a channel was deleted', 'se borró un canal'),
  DeleteResourcePolicy: text('a policy was deleted', 'se borró una política'),
  DeregisterOrganizationDelegatedAdmin: text("the organisation's trail administrator was removed", 'se quitó el administrador de trazas de la organización'),
};
const LESS = text('CloudTrail may not be able to deliver any more', 'es posible que CloudTrail ya no pueda entregar');
const GONE = text('log files may be gone', 'puede que falten archivos de registro');
const BUCKET: Readonly<Record<string, Text>> = {
  DeleteBucket: GONE,
  PutBucketPolicy: LESS,
  DeleteBucketPolicy: LESS,
  PutBucketLifecycle: GONE,
  PutBucketLifecycleConfiguration: GONE,
  PutBucketVersioning: GONE,
  PutBucketReplication: text('copies of the log files go elsewhere', 'copias de los registros van a otro lugar'),
  PutBucketEncryption: LESS,
  PutBucketAcl: LESS,
  DeleteObject: GONE,
  DeleteObjects: GONE,
};
const KEY: Readonly<Record<string, Text>> = { DisableKey: LESS, ScheduleKeyDeletion: LESS, PutKeyPolicy: LESS };

const names = (all: Readonly<Record<string, Text>>): string =>
  Object.keys(all)
    .map((name) => `'${name}'`)
    .join(', ');
/** Condition over `events` for what `changesOf` reads. */
export const CHANGES = `(eventSource = 'cloudtrail.amazonaws.com' AND eventName IN (${names(CLOUDTRAIL)}))
  OR (eventSource = 's3.amazonaws.com' AND eventName IN (${names(BUCKET)})) OR (eventSource = 'kms.amazonaws.com' AND eventName IN (${names(KEY)}))`;

const own = (all: Readonly<Record<string, Text>>, name: string): Text | undefined => (Object.hasOwn(all, name) ? all[name] : undefined);
const ARN = /^arn:[a-z-]{3,20}:cloudtrail:([a-z0-9-]{1,30}):(\d{12}):trail\/(.{1,128})$/;
const accountOf = (record: TrailRecord): string => textAt(record, 'recipientAccountId') ?? textAt(record, 'userIdentity.accountId') ?? '';

/** The trail a call is about, the same text whether it was named or given by its ARN. */
function trailOf(record: TrailRecord): { id: string; region: string; account: string } | undefined {
  const named = ['responseElements.trailARN', 'requestParameters.name', 'requestParameters.trailName', 'requestParameters.trailARN'].map((path) =>
    textAt(record, path),
  );
  const arns = named.filter((name) => name !== undefined && ARN.test(name));
  const found = arns[0] ?? named.find((name) => name !== undefined);
  if (found === undefined) return undefined;
  const parts = ARN.exec(found);
  if (parts) return { id: `${parts[2]}:${parts[1]}:${parts[3]}`, region: parts[1]!, account: parts[2]! };
  const [region, account] = [textAt(record, 'awsRegion') ?? '', accountOf(record)];
  return { id: `${account}:${region}:${found.slice(0, 200)}`, region, account };
}
const flag = (value: Json | undefined): boolean | undefined =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;

interface Known {
  multiRegion: boolean | undefined;
  /** The first that is known: others are elsewhere. */
  bucket: string | undefined;
  /** As it is now, with all data events that were ever recorded. */
  recorded: Recorded | undefined;
  readonly open: Map<BlindKind, Omit<Blind, 'until' | 'ended'>>;
}

/**
 * Reads the calls that change trails, in order of time, into what was changed and when which trail was blind.
 * @param buckets of trails, that are known otherwise; calls on other buckets are left out.
 */
export async function changesOf(
  events: AsyncIterable<TrailEvent> | Iterable<TrailEvent>,
  buckets: Iterable<string> = [],
): Promise<{ readonly changes: readonly TrailChange[]; readonly blind: readonly Blind[] }> {
  const trails = new Map<string, Known>();
  const [ofTrails, keys] = [new Set(buckets), new Set<string>()];
  const changes: TrailChange[] = [];
  const blind: Blind[] = [];
  for await (const { n, record } of events) {
    const [source, name] = [textAt(record, 'eventSource') ?? '', textAt(record, 'eventName') ?? ''];
    const time = timeOf(record);
    const outcome = outcomeOf(record);
    const trail = source === 'cloudtrail.amazonaws.com' ? trailOf(record) : undefined;
    let why = source === 'cloudtrail.amazonaws.com' ? own(CLOUDTRAIL, name) : undefined;
    if (source === 's3.amazonaws.com' && ofTrails.has(textAt(record, 'requestParameters.bucketName') ?? '')) why = own(BUCKET, name);
    const keyId = source === 'kms.amazonaws.com' ? (textAt(record, 'requestParameters.keyId') ?? '') : '';
    if (keyId.length > 7 && [...keys].some((key) => key.endsWith(keyId))) why = own(KEY, name);
    if (!why) continue;
    const more: Text[] = [];
    if (trail && outcome === 'done' && !Number.isNaN(time)) more.push(...applied(record, name, { ...trail, n, time }, trails, blind));
    for (const path of ['requestParameters.s3BucketName', 'responseElements.s3BucketName']) {
      const bucket = textAt(record, path);
      if (trail && bucket && ofTrails.size < 1000) ofTrails.add(bucket);
    }
    const key = trail && (textAt(record, 'responseElements.kmsKeyId') ?? textAt(record, 'requestParameters.kmsKeyId'));
    if (key && keys.size < 1000) keys.add(key);
    changes.push({
      n,
      time,
      account: accountOf(record),
      region: textAt(record, 'awsRegion') ?? '',
      trail: trail?.id,
      api: apiOf(record),
      principal: principalOf(record),
      key: keyOf(record),
      address: textAt(record, 'sourceIPAddress'),
      outcome,
      why: joinedText([why, ...more]),
    });
  }
  for (const { open } of trails.values()) for (const one of open.values()) blind.push({ ...one, until: undefined, ended: undefined });
  return { changes, blind: blind.sort((a, b) => a.from - b.from) };
}
const joinedText = (all: readonly Text[]): Text => text(all.map(({ en }) => en).join('; '), all.map(({ es }) => es).join('; '));

type Where = { readonly id: string; readonly region: string; readonly account: string; readonly n: number; readonly time: number };
function applied(record: TrailRecord, name: string, where: Where, trails: Map<string, Known>, blind: Blind[]): Text[] {
  const known = trails.get(where.id) ?? { multiRegion: undefined, bucket: undefined, recorded: undefined, open: new Map() };
  trails.set(where.id, known);
  const asked = (member: string) => at(record, `requestParameters.${member}`);
  const { n, time, id: trail, account, region } = where;
  const close = (kind: BlindKind): void => {
    const one = known.open.get(kind);
    if (one) blind.push({ ...one, until: time, ended: n });
    known.open.delete(kind);
  };
  const open = (kind: BlindKind, degree: Blind['degree'], regions: Blind['regions'], what: readonly Text[]): void => {
    if (!known.open.has(kind)) known.open.set(kind, { kind, degree, regions, trail, account, region, from: time, begun: n, what });
  };
  const wide = (): Blind['regions'] => (known.multiRegion === true ? 'all' : known.multiRegion === false ? 'home' : 'perhaps-all');
  const nothing = [text('nothing is recorded', 'no se registra nada')];
  if (name === 'StopLogging') open('stopped', 'blind', wide(), nothing);
  if (name === 'DeleteTrail') {
    const scope = wide();
    for (const kind of [...known.open.keys()]) close(kind);
    open('deleted', 'blind', scope, nothing);
    known.recorded = undefined;
  }
  if (name === 'StartLogging') {
    close('stopped');
    close('deleted');
  }
  if (name === 'CreateTrail' || name === 'UpdateTrail') {
    const multi = flag(asked('isMultiRegionTrail'));
    const wider = known.multiRegion;
    known.multiRegion = flag(at(record, 'responseElements.isMultiRegionTrail')) ?? multi ?? known.multiRegion;
    if (name === 'UpdateTrail') {
      // What was so from the beginning blinds nothing that was seen before.
      const switched = (kind: BlindKind, to: boolean | undefined, begin: () => void) => (to === false ? begin() : to === true ? close(kind) : undefined);
      if (wider !== false)
        switched('single-region', multi, () =>
          open('single-region', 'half', 'all-others', [text('no region but its own is recorded', 'no se registra ninguna región salvo la propia')]),
        );
      else if (multi) close('single-region');
      switched('no-global', flag(asked('includeGlobalServiceEvents')), () =>
        open('no-global', 'half', 'home', [text('global services such as IAM and STS are not recorded', 'no se registran servicios globales como IAM y STS')]),
      );
      switched('no-organization', flag(asked('isOrganizationTrail')), () =>
        open('no-organization', 'half', wide(), [
          text('other accounts of the organisation are not recorded', 'no se registran otras cuentas de la organización'),
        ]),
      );
      switched('no-validation', flag(asked('enableLogFileValidation')), () =>
        open('no-validation', 'unproved', wide(), [
          text('no digests are written: log files cannot be proved', 'no se escriben digests: los registros no se pueden probar'),
        ]),
      );
      const bucket = textAt(record, 'requestParameters.s3BucketName');
      if (bucket) close('other-bucket');
      if (bucket && known.bucket !== undefined && bucket !== known.bucket) {
        open('other-bucket', 'elsewhere', wide(), [
          text(`log files go to the bucket ${bucket.slice(0, 63)}`, `los registros van al bucket ${bucket.slice(0, 63)}`),
        ]);
      }
    }
    known.bucket ??= textAt(record, 'responseElements.s3BucketName') ?? textAt(record, 'requestParameters.s3BucketName');
  }
  if (name === 'PutEventSelectors') {
    const now = recordedBy(at(record, 'requestParameters')) ?? recordedBy(at(record, 'responseElements'));
    if (!now) return [];
    const what = leftOut(now, known.recorded);
    const same = JSON.stringify(known.open.get('selectors')?.what) === JSON.stringify(what);
    if (!same) close('selectors');
    if (what.length > 0) open('selectors', now.reads || now.writes ? 'half' : 'blind', wide(), what);
    const before = known.recorded?.data ?? [];
    known.recorded = { ...now, data: before.length > 1000 ? before : [...new Set([...before, ...now.data])] };
    return what;
  }
  return [];
}
