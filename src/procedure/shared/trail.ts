import type { ActionContext } from '../../kernel/index.ts';
import { isAccessKeyId } from './key-id.ts';
import { oneLine } from './names.ts';
import { inShort, isAwsFailure } from './reading.ts';

/** Who did what, when, from where: what step 1 asks of a CloudTrail record. Texts are hostile; the short ones are made harmless. */
export interface Act {
  readonly id: string;
  /** UTC. */
  readonly time: string;
  readonly name: string;
  readonly source: string;
  readonly region: string;
  /** Null: it was done. */
  readonly error: string | null;
  readonly changes: boolean;
  readonly address: string;
  readonly agent: string;
  readonly by: {
    readonly type: string;
    readonly arn: string;
    readonly accessKeyId: string | null;
    readonly userName: string | null;
    /** The role whose session acted. */
    readonly roleArn: string | null;
    /** When that session was issued, UTC. */
    readonly issued: string | null;
  };
  /** Names of IAM things in the request: userName, roleName, accessKeyId, policyName, policyArn. */
  readonly names: Readonly<Record<string, string>>;
  /** A credential that this event handed out. */
  readonly gave: { readonly accessKeyId: string; readonly userName?: string; readonly roleArn?: string } | null;
}
type Loose = Record<string, unknown>;
const object = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const string = (value: unknown): string => (typeof value === 'string' ? value : '');
const orNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? oneLine(value, 300) : null);
const NAMES = ['userName', 'roleName', 'accessKeyId', 'policyName', 'policyArn', 'groupName', 'instanceProfileName'] as const;

/**
 * A record of LookupEvents, which is JSON in a string. Null when it is none.
 * Source: CloudTrail User Guide, "CloudTrail record contents", "CloudTrail userIdentity element".
 */
export function actOf(raw: unknown): Act | null {
  let record: Loose;
  try {
    record = object(JSON.parse(string(raw)));
  } catch {
    return null;
  }
  const [id, name, time] = [string(record.eventID), string(record.eventName), Date.parse(string(record.eventTime))];
  if (id === '' || name === '' || Number.isNaN(time)) return null;
  const identity = object(record.userIdentity);
  const session = object(identity.sessionContext);
  const issuer = object(session.sessionIssuer);
  const [request, answer] = [object(record.requestParameters), object(record.responseElements)];
  const issued = Date.parse(string(object(session.attributes).creationDate));
  const error = orNull(record.errorCode);
  const given = object(answer.credentials);
  const made = object(answer.accessKey);
  const role = orNull(request.roleArn);
  const owner = orNull(made.userName) ?? orNull(request.userName);
  const gave =
    error !== null
      ? null
      : isAccessKeyId(given.accessKeyId)
        ? { accessKeyId: given.accessKeyId, ...(role ? { roleArn: role } : {}) }
        : isAccessKeyId(made.accessKeyId)
          ? { accessKeyId: made.accessKeyId, ...(owner ? { userName: owner } : {}) }
          : null;
  return {
    id: oneLine(id, 60),
    time: new Date(time).toISOString(),
    name: oneLine(name, 80),
    source: oneLine(record.eventSource, 80),
    region: oneLine(record.awsRegion, 30),
    error,
    // readOnly comes as a boolean or as text.
    changes: !(record.readOnly === true || record.readOnly === 'true'),
    address: oneLine(record.sourceIPAddress, 80),
    agent: oneLine(record.userAgent, 160),
    by: {
      type: string(identity.type),
      arn: oneLine(identity.arn, 300),
      accessKeyId: isAccessKeyId(identity.accessKeyId) ? identity.accessKeyId : null,
      userName: orNull(identity.userName) ?? (issuer.type === 'User' ? orNull(issuer.userName) : null),
      roleArn: issuer.type === 'Role' ? orNull(issuer.arn) : null,
      issued: Number.isNaN(issued) ? null : new Date(issued).toISOString(),
    },
    names: Object.fromEntries(NAMES.flatMap((member) => (typeof request[member] === 'string' ? [[member, oneLine(request[member], 200)]] : []))),
    gave,
  };
}

export interface Question {
  /** LookupEvents takes one attribute at most. */
  readonly attribute: 'AccessKeyId' | 'Username' | 'ReadOnly' | 'ResourceName' | 'EventName';
  readonly value: string;
  /** UTC. */
  readonly from: string;
  readonly to?: string;
  /** Pages of 50 per region. */
  readonly pages: number;
}
export interface Heard {
  readonly acts: readonly Act[];
  readonly evidence: readonly string[];
  /** Regions that did not answer, or of which more was there than was asked for. */
  readonly unread: readonly { readonly region: string; readonly why: string }[];
  readonly cut: readonly string[];
}

/** Asks CloudTrail's event history in all these regions at once, newest first, for a bounded number of pages. Never throws for what AWS refuses. */
export async function hear(ctx: ActionContext, regions: readonly string[], question: Question): Promise<Heard> {
  const { attribute, value, to, pages } = question;
  // Events carry whole seconds: what was done in the same second belongs to it.
  const from = new Date(Math.floor(Date.parse(question.from) / 1000) * 1000).toISOString();
  const heard = await Promise.all(
    regions.map(async (region): Promise<Heard> => {
      const acts: Act[] = [];
      const evidence: string[] = [];
      let left = pages;
      try {
        for await (const page of ctx.pages<{ Events?: { CloudTrailEvent?: string }[]; NextToken?: string }>({
          service: 'cloudtrail',
          operation: 'LookupEvents',
          region,
          input: { LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }], StartTime: from, ...(to ? { EndTime: to } : {}), MaxResults: 50 },
        })) {
          const events = page.output.Events ?? [];
          if (events.length > 0) evidence.push(...page.evidence);
          acts.push(...events.flatMap((one) => actOf(one.CloudTrailEvent) ?? []));
          if (--left === 0) return { acts, evidence, unread: [], cut: page.output.NextToken ? [region] : [] };
        }
      } catch (error) {
        if (!isAwsFailure(error)) throw error;
        return { acts, evidence, unread: [{ region, why: inShort(error) }], cut: [] };
      }
      return { acts, evidence, unread: [], cut: [] };
    }),
  );
  return {
    acts: heard.flatMap((one) => one.acts).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    evidence: heard.flatMap((one) => one.evidence),
    unread: heard.flatMap((one) => one.unread),
    cut: heard.flatMap((one) => one.cut),
  };
}

/** The enabled regions of the partition by EC2's word, or none with the reason. One request. */
export async function enabledRegions(ctx: ActionContext, home: string): Promise<{ regions: string[]; why?: string }> {
  try {
    const { output } = await ctx.read<{ Regions?: { RegionName?: string }[] }>({ service: 'ec2', operation: 'DescribeRegions', region: home, input: {} });
    return { regions: [...new Set([home, ...(output.Regions ?? []).flatMap((one) => one.RegionName ?? [])])].sort() };
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    return { regions: [home], why: `ec2:DescribeRegions: ${inShort(error)}` };
  }
}
