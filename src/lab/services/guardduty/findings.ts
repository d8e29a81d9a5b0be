import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';

const refused = (message: string): LabError => new LabError('BadRequestException', message, { fields: { Type: 'InvalidInputException' } });
const detectors = shelf<{ id: string }>('detectors', () =>
  refused('The request is rejected because the input detectorId is not owned by the current account.'),
);
/** Findings that a scenario put there, in the API's own shape; the lab's GuardDuty watches nothing by itself. */
const findings = shelf<any>('guardDutyFindings', () => refused('The request is rejected since no such resource found.'));

/** Value of a path such as `resource.instanceDetails.instanceId`, whose first letters are small in criteria and large in findings. */
const memberAt = (finding: any, path: string): unknown => path.split('.').reduce((value, name) => value?.[name[0]!.toUpperCase() + name.slice(1)], finding);
function satisfies(finding: any, criterion: Record<string, { Eq?: string[]; Equals?: string[] }> | undefined): boolean {
  return Object.entries(criterion ?? {}).every(([path, condition]) => {
    const wanted = condition.Equals ?? condition.Eq;
    return wanted === undefined || wanted.includes(String(memberAt(finding, path)));
  });
}
const resources = (input: any, ctx: LabContext): string[] => [`arn:aws:guardduty:${ctx.region.name}:${ctx.account.id}:detector/${input.DetectorId}`];

export const operations: LabOperations = {
  ListFindings: {
    run(input, ctx) {
      detectors.get(ctx, input.DetectorId);
      const rows = findings.all(ctx).filter((row) => satisfies(row, input.FindingCriteria?.Criterion));
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxResults, { size: 50 });
      return { FindingIds: items.map((row) => row.Id), NextToken: next };
    },
    resources,
    constraints: { DetectorId: { length: [1, 300] }, MaxResults: { min: 1, max: 50 } },
  },
  GetFindings: {
    run(input, ctx) {
      detectors.get(ctx, input.DetectorId);
      return { Findings: (input.FindingIds as string[]).flatMap((id) => findings.find(ctx, id) ?? []) };
    },
    resources,
    constraints: { DetectorId: { length: [1, 300] }, FindingIds: { length: [0, 50] } },
  },
};
