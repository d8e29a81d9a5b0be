import { LabError, type LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';

/** Findings that a scenario put there, in the API's own shape; the lab's Inspector scans nothing by itself. */
const findings = shelf<any>('inspectorFindings', () => new LabError('ResourceNotFoundException', 'The finding does not exist.'));
interface StringFilter {
  comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
  value: string;
}
const matches = (value: string, filters: readonly StringFilter[] | undefined): boolean =>
  (filters ?? []).length === 0 ||
  filters!.some(({ comparison, value: wanted }) =>
    comparison === 'EQUALS' ? value === wanted : comparison === 'PREFIX' ? value.startsWith(wanted) : value !== wanted,
  );

export const operations: LabOperations = {
  ListFindings: {
    run(input, ctx) {
      const rows = findings.all(ctx).filter((row) => row.resources.some(({ id }: { id: string }) => matches(id, input.filterCriteria?.resourceId)));
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { findings: items, nextToken: next };
    },
    constraints: { maxResults: { min: 1, max: 100 } },
  },
};
