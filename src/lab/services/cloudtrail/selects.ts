import type { Account } from '../../contract.ts';
import type { Course, TrailState } from './states.ts';

type Entry = Account['trail'][number];

/** Services whose events are recorded as global ones (CloudTrail User Guide, "Global service events"). */
const GLOBAL = new Set(['iam.amazonaws.com', 'sts.amazonaws.com', 'cloudfront.amazonaws.com', 'route53.amazonaws.com', 'organizations.amazonaws.com']);
const TESTS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  Equals: (value, wanted) => value === wanted,
  StartsWith: (value, wanted) => value.startsWith(wanted),
  EndsWith: (value, wanted) => value.endsWith(wanted),
};

function fieldOf(record: Record<string, any>, field: string): string {
  let value: any = record;
  for (const part of field.split('.')) value = value !== null && typeof value === 'object' && Object.hasOwn(value, part) ? value[part] : undefined;
  return value === undefined || value === null ? '' : String(value);
}
/** Of the positive tests of a field one must hold, of the negative ones all. */
function holds(selector: any, record: Record<string, any>): boolean {
  const value = fieldOf(record, String(selector.Field));
  return Object.entries(TESTS).every(([name, test]) => {
    const wanted: string[] = selector[name] ?? [];
    const refused: string[] = selector[`Not${name}`] ?? [];
    return (wanted.length === 0 || wanted.some((one) => test(value, one))) && !refused.some((one) => test(value, one));
  });
}

/** Does a trail in this state write this management event down? API reference of EventSelector and AdvancedFieldSelector. */
export function selects(course: Course, state: TrailState, { record, region }: Entry): boolean {
  if (!state.logging) return false;
  if (!state.multiRegion && region !== course.home) return false;
  if (!state.globalEvents && GLOBAL.has(record.eventSource)) return false;
  if (state.advanced) return state.advanced.some((one) => (one.FieldSelectors ?? []).every((selector: any) => holds(selector, record)));
  if (!state.selectors) return true;
  return state.selectors.some((one) => {
    if (one.IncludeManagementEvents === false || (one.ExcludeManagementEventSources ?? []).includes(record.eventSource)) return false;
    return one.ReadWriteType === undefined || one.ReadWriteType === 'All' || (one.ReadWriteType === 'ReadOnly') === (record.readOnly === true);
  });
}
