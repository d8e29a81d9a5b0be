import { type LabContext, LabError } from '../../contract.ts';
import { infoOf } from '../../world/index.ts';
import { SEVERITIES, type Severity } from './catalogue.ts';

export interface Attachment {
  id: string;
  fileName: string;
  /** Base64. */
  data: string;
}
export interface Communication {
  body: string;
  submittedBy: string;
  time: number;
  attachments?: Attachment[];
}
export interface CaseRow {
  caseId: string;
  displayId: string;
  subject: string;
  status: 'opened' | 'unassigned' | 'work-in-progress' | 'customer-action-completed' | 'pending-customer-action' | 'reopened' | 'resolved';
  serviceCode: string;
  categoryCode: string;
  severityCode: string;
  language: string;
  issueType: string;
  submittedBy: string;
  created: number;
  ccEmailAddresses: string[];
  communications: Communication[];
}
export const supportCases = (ctx: LabContext): Record<string, CaseRow> => (ctx.account.tables.supportCases ??= {}) as Record<string, CaseRow>;

/** The Support API needs a Business, Enterprise or newer plan. */
export function needPlan(ctx: LabContext): void {
  const { supportPlan } = infoOf(ctx.account);
  if (supportPlan === 'basic' || supportPlan === 'developer')
    throw new LabError('SubscriptionRequiredException', 'Amazon Web Services Premium Support Subscription is required to use this service.', { status: 400 });
}
export const severities = (ctx: LabContext): readonly Severity[] =>
  SEVERITIES.filter(({ code }) => code !== 'critical' || infoOf(ctx.account).supportPlan === 'enterprise');

export function theCase(ctx: LabContext, id: string | undefined): CaseRow {
  const row = id !== undefined && Object.hasOwn(supportCases(ctx), id) ? supportCases(ctx)[id] : undefined;
  if (!row) throw new LabError('CaseIdNotFound', `Could not find a case with the ID ${id}`, { status: 400 });
  return row;
}
export const invalid = (message: string): LabError => new LabError('ValidationException', message, { status: 400 });
export const iso = (time: number): string => new Date(time).toISOString();
export const communication = (row: CaseRow, entry: Communication): object => ({
  caseId: row.caseId,
  body: entry.body,
  submittedBy: entry.submittedBy,
  timeCreated: iso(entry.time),
  attachmentSet: (entry.attachments ?? []).map(({ id, fileName }) => ({ attachmentId: id, fileName })),
});
/** Communications between two ISO 8601 times, newest first. */
export function between(row: CaseRow, after: string | undefined, before: string | undefined): Communication[] {
  const from = after === undefined ? Number.NEGATIVE_INFINITY : Date.parse(after);
  const to = before === undefined ? Number.POSITIVE_INFINITY : Date.parse(before);
  return row.communications.filter(({ time }) => time >= from && time <= to).reverse();
}
