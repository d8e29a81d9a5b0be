import { codeOf } from '../../engine/outcome.ts';
import type { ActionContext, Call, Value } from '../../kernel/index.ts';
import { AplombError, EXIT } from '../../kernel/index.ts';
import { oneLine } from '../shared/names.ts';
import { listOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { inShort, isAwsFailure, saysDenied } from '../shared/reading.ts';
import { caseMark } from './letter.ts';

export interface SupportCase {
  readonly caseId: string;
  /** The number people use. */
  readonly displayId: string;
  readonly subject: string;
  readonly status: string;
}
export interface Communication {
  /** UTC, as AWS gives it. */
  readonly time: string;
  readonly by: string;
  readonly body: string;
  readonly attachments: readonly string[];
}
export interface Known {
  /** Our open case, when there is one. */
  readonly ours: SupportCase | null;
  /** Open cases by AWS or colleagues that look like the same matter, the likeliest first: they are answered, not doubled. */
  readonly alike: readonly SupportCase[];
  readonly evidence: readonly string[];
}

const MATTER = /(expos|compromis|leak|irregular|suspicious|unauthori[sz]ed|abuse).*(key|credential|account|activity|instance|report)|abuse report/i;

/** Where a person goes without the API: open to every account, and when nobody can sign in. AWS Support User Guide. */
export const WHERE =
  'https://console.aws.amazon.com/support > Create case > Account and billing > Account > Security. Locked out: https://aws.amazon.com/forms/aws-account-support';

export const support = (region: string, operation: string, input: Value): Call => ({ service: 'support', operation, region, input });
/** @throws AplombError NoSupportApi in a partition that has none */
export function supportRegion(ctx: ActionContext): string {
  const { supportRegion: region } = partition(ctx);
  if (region !== null) return region;
  throw new AplombError('NoSupportApi', 'no Support API is known for this partition', { fix: `Write to AWS by hand: ${WHERE}` });
}
const open = (one: SupportCase): boolean => !/^(resolved|closed)$/i.test(one.status);

/** No plan, no permission: a person has to do it by hand. Anything else is an error, thrown again. */
export function byHand(error: unknown): string {
  if (isAwsFailure(error) && (codeOf(error) === 'SubscriptionRequired' || codeOf(error) === 'SubscriptionRequiredException' || saysDenied(codeOf(error))))
    return inShort(error);
  throw error;
}

/** The open cases of the account that are this matter. `key` tells a case about it from others alike. */
export async function knownCases(ctx: ActionContext, region: string, key: string | null): Promise<Known> {
  interface Cases {
    cases?: {
      caseId?: string;
      displayId?: string;
      subject?: string;
      status?: string;
      timeCreated?: string;
      recentCommunications?: { communications?: { body?: string }[] };
    }[];
  }
  const { output, evidence } = await ctx.readAll<Cases>(support(region, 'DescribeCases', { includeResolvedCases: false, includeCommunications: true }));
  const all = (output.cases ?? [])
    .map((one) => ({
      caseId: oneLine(one.caseId, 100),
      displayId: oneLine(one.displayId, 40),
      subject: oneLine(one.subject, 250),
      status: oneLine(one.status, 40),
      created: String(one.timeCreated ?? ''),
      names: key !== null && JSON.stringify([one.subject, one.recentCommunications]).includes(key),
    }))
    .filter(open);
  const plain = ({ caseId, displayId, subject, status }: SupportCase): SupportCase => ({ caseId, displayId, subject, status });
  const ours = all.find((one) => one.subject.includes(caseMark(ctx.facts.caseId)));
  const alike = all
    .filter((one) => one !== ours && (one.names || MATTER.test(one.subject)))
    .sort((a, b) => Number(b.names) - Number(a.names) || b.created.localeCompare(a.created));
  return { ours: ours ? plain(ours) : null, alike: ours ? [] : alike.map(plain), evidence };
}

/** What was written in a case, newest first. Bodies keep their lines; whoever shows them makes them harmless. */
export async function communicationsOf(ctx: ActionContext, region: string, caseId: string): Promise<{ list: Communication[]; evidence: readonly string[] }> {
  interface Communications {
    communications?: { timeCreated?: string; submittedBy?: string; body?: string; attachmentSet?: Named[]; attachments?: Named[] }[];
  }
  interface Named {
    fileName?: string;
  }
  const { output, evidence } = await ctx.readAll<Communications>(support(region, 'DescribeCommunications', { caseId, maxResults: 100 }));
  const list = (output.communications ?? []).map((one) => ({
    time: oneLine(one.timeCreated, 40),
    by: oneLine(one.submittedBy, 200),
    body: String(one.body ?? '').slice(0, 8000),
    attachments: [...new Set([...(one.attachmentSet ?? []), ...(one.attachments ?? [])].flatMap(({ fileName }) => (fileName ? [oneLine(fileName, 200)] : [])))],
  }));
  return { list, evidence };
}

/** Addresses that get a copy; AWS takes ten. @throws AplombError InvalidAddress */
export function copies(ctx: ActionContext): string[] {
  const addresses = listOption(ctx, 'cc');
  const wrong = addresses.find((one) => !/^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/.test(one));
  if (wrong === undefined && addresses.length <= 10) return addresses;
  throw new AplombError(
    'InvalidAddress',
    wrong === undefined ? `${addresses.length} addresses to copy, AWS Support takes 10` : `"${oneLine(wrong, 60)}" is not an e-mail address`,
    { fix: 'give at most ten addresses, each with --cc NAME@DOMAIN', exit: EXIT.usage },
  );
}
