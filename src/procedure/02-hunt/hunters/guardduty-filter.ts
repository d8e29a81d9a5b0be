import type { Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, listed } from '../hunting/calls.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';

interface Filter {
  Action?: string;
  CreatedAt?: string;
  UpdatedAt?: string;
  FindingCriteria?: { Criterion?: Record<string, unknown> };
}

/** Findings that match a filter with the action ARCHIVE are never shown to anybody. */
export const hunter: Hunter = {
  type: 'AWS::GuardDuty::Filter',
  scope: 'regional',
  title: text('Findings of GuardDuty that are hidden on arrival', 'Hallazgos de GuardDuty que se ocultan al llegar'),
  permissions: ['guardduty:ListDetectors', 'guardduty:ListFilters', 'guardduty:GetFilter'],
  createdByEvents: ['CreateFilter'],
  changedByEvents: ['UpdateFilter'],
  names: ['name', 'filterName'],
  async *scan(ctx, region, since) {
    for await (const detector of listed<string>(ctx, 'guardduty', region, 'ListDetectors', 'DetectorIds')) {
      const ask = async (name: string): Promise<Found[]> => {
        const input = { DetectorId: detector, FilterName: name };
        const answer = await readOrAbsent<Filter>(ctx, { service: 'guardduty', operation: 'GetFilter', region, input });
        if (!answer) return [];
        const one = answer.output;
        const fields = Object.keys(one.FindingCriteria?.Criterion ?? {}).map((field) => oneLine(field, 60));
        const changed = time(one.UpdatedAt) ?? time(one.CreatedAt);
        // An old one was somebody's decision about noise; one of these days may hide what is going on.
        const recent = changed !== null && changed >= since;
        const shown = fields.slice(0, 5).join(', ');
        const hides: Reason = {
          code: 'blinded',
          text: text(
            `findings are archived unseen${shown ? ` by ${shown}` : ', all of them'}`,
            `los hallazgos se archivan sin verse${shown ? ` según ${shown}` : ', todos'}`,
          ),
        };
        return [
          foundAt(ctx, 'AWS::GuardDuty::Filter', region, arnFor(ctx, 'guardduty', region, `detector/${detector}/filter/${name}`), name, {
            createdAt: time(one.CreatedAt),
            reasons: one.Action === 'ARCHIVE' && recent ? [hides] : [],
            detail: present({ action: one.Action, by: shown, updatedAt: time(one.UpdatedAt) }),
          }),
        ];
      };
      yield* each(listed<string>(ctx, 'guardduty', region, 'ListFilters', 'FilterNames', { DetectorId: detector }), ask);
    }
  },
};
