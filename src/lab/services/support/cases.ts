import type { LabOperations } from '../../contract.ts';
import { hex } from '../../world/index.ts';
import { attachmentsOf } from './attachments.ts';
import { LANGUAGES, SERVICES } from './catalogue.ts';
import { between, type CaseRow, communication, invalid, iso, needPlan, severities, supportCases, theCase } from './shared.ts';

const body = { length: [1, 8000] as [number, number] };
const addresses = { length: [0, 10] as [number, number] };
const results = { min: 10, max: 100 };

const described = (row: CaseRow, withCommunications: boolean): object => ({
  caseId: row.caseId,
  displayId: row.displayId,
  subject: row.subject,
  status: row.status,
  serviceCode: row.serviceCode,
  categoryCode: row.categoryCode,
  severityCode: row.severityCode,
  submittedBy: row.submittedBy,
  timeCreated: iso(row.created),
  ccEmailAddresses: row.ccEmailAddresses,
  language: row.language,
  ...(withCommunications && {
    recentCommunications: {
      communications: between(row, undefined, undefined)
        .slice(0, 5)
        .map((entry) => communication(row, entry)),
    },
  }),
});

export const operations: LabOperations = {
  CreateCase: {
    constraints: { communicationBody: body, ccEmailAddresses: addresses },
    run(input, ctx) {
      needPlan(ctx);
      const service = SERVICES.find(({ code }) => code === (input.serviceCode ?? 'customer-account'));
      if (!service) throw invalid(`Invalid service code: ${input.serviceCode}`);
      const category = input.categoryCode ?? service.categories.at(-1)!.code;
      if (!service.categories.some(({ code }) => code === category)) throw invalid(`Invalid category code: ${category}`);
      const severity = input.severityCode ?? 'low';
      if (!severities(ctx).some(({ code }) => code === severity)) throw invalid(`Invalid severity code: ${severity}`);
      const language = input.language ?? 'en';
      if (!LANGUAGES.includes(language)) throw invalid(`Invalid language: ${language}`);
      const issueType = input.issueType ?? 'technical';
      if (issueType !== 'technical' && issueType !== 'customer-service') throw invalid(`Invalid issue type: ${issueType}`);
      const attachments = attachmentsOf(ctx, input.attachmentSetId);
      const now = ctx.now();
      const caseId = `case-${ctx.account.id}-mu${language}-${new Date(now).getUTCFullYear()}-${hex(ctx.world, 16)}`;
      supportCases(ctx)[caseId] = {
        caseId,
        displayId: `17${String(Number.parseInt(hex(ctx.world, 12), 16))
          .padStart(13, '0')
          .slice(-13)}`,
        subject: input.subject,
        status: 'unassigned',
        serviceCode: service.code,
        categoryCode: category,
        severityCode: severity,
        language,
        issueType,
        submittedBy: ctx.caller.arn,
        created: now,
        ccEmailAddresses: input.ccEmailAddresses ?? [],
        communications: [{ body: input.communicationBody, submittedBy: ctx.caller.arn, time: now, attachments }],
      };
      return { caseId };
    },
  },
  DescribeCases: {
    constraints: { caseIdList: { length: [0, 100] }, maxResults: results },
    run(input, ctx) {
      needPlan(ctx);
      const ids: string[] | undefined = input.caseIdList;
      for (const id of ids ?? []) theCase(ctx, id);
      const after = input.afterTime === undefined ? Number.NEGATIVE_INFINITY : Date.parse(input.afterTime);
      const before = input.beforeTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(input.beforeTime);
      const rows = Object.values(supportCases(ctx))
        .filter((row) => !ids?.length || ids.includes(row.caseId))
        .filter((row) => input.displayId === undefined || row.displayId === input.displayId)
        .filter((row) => row.status !== 'resolved' || input.includeResolvedCases === true)
        .filter((row) => row.created >= after && row.created <= before)
        .filter((row) => input.language === undefined || row.language === input.language)
        .sort((a, b) => b.created - a.created);
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { cases: items.map((row) => described(row, input.includeCommunications !== false)), ...(next === undefined ? {} : { nextToken: next }) };
    },
  },
  DescribeCommunications: {
    constraints: { maxResults: results },
    run(input, ctx) {
      needPlan(ctx);
      const row = theCase(ctx, input.caseId);
      const { items, next } = ctx.page(between(row, input.afterTime, input.beforeTime), input.nextToken, input.maxResults, { size: 100 });
      return { communications: items.map((entry) => communication(row, entry)), ...(next === undefined ? {} : { nextToken: next }) };
    },
  },
  AddCommunicationToCase: {
    mutates: true,
    constraints: { communicationBody: body, ccEmailAddresses: addresses },
    run(input, ctx) {
      needPlan(ctx);
      const row = theCase(ctx, input.caseId);
      const attachments = attachmentsOf(ctx, input.attachmentSetId);
      row.communications.push({ body: input.communicationBody, submittedBy: ctx.caller.arn, time: ctx.now(), attachments });
      row.ccEmailAddresses = [...new Set([...row.ccEmailAddresses, ...(input.ccEmailAddresses ?? [])])];
      row.status = row.status === 'resolved' ? 'reopened' : 'customer-action-completed';
      return { result: true };
    },
  },
  ResolveCase: {
    run(input, ctx) {
      needPlan(ctx);
      const row = theCase(ctx, input.caseId);
      const initialCaseStatus = row.status;
      row.status = 'resolved';
      return { initialCaseStatus, finalCaseStatus: row.status };
    },
  },
};
