import { type Json, type Text, text } from '../../kernel/index.ts';
import { isObject } from '../event.ts';

/** How one kind of management event is recorded; null: not at all. */
export interface Scope {
  /** Services whose calls are left out, `kms.amazonaws.com`. */
  readonly without: readonly string[];
  /** Other conditions, as `field operator values`; all selectors that take these events have some. */
  readonly only: readonly string[];
}
/** What a trail's event selectors record. */
export interface Recorded {
  readonly reads: Scope | null;
  readonly writes: Scope | null;
  /** Kinds of data events, `AWS::S3::Object` with its conditions. */
  readonly data: readonly string[];
}
/** What a new trail records: all management events, no data events. */
export const DEFAULT_RECORDED: Recorded = { reads: { without: [], only: [] }, writes: { without: [], only: [] }, data: [] };

const MOST = 500;
const short = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 300);
/** A member whatever its case: events write it small, the API large. */
function member(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  const found = Object.keys(value).find((one) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : value[found];
}
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, MOST) : []);
const texts = (value: unknown): string[] => list(value).map(short);

interface One {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly without: readonly string[];
  readonly only: readonly string[];
}
/** Selectors add up: what one takes is recorded. */
function scopeOf(ones: readonly One[]): Scope | null {
  if (ones.length === 0) return null;
  const without = ones[0]!.without.filter((source) => ones.every((one) => one.without.includes(source)));
  const only = ones.some((one) => one.only.length === 0) ? [] : ones.flatMap((one) => one.only);
  return { without, only: [...new Set(only)] };
}
const recorded = (ones: readonly One[], data: readonly string[]): Recorded => ({
  reads: scopeOf(ones.filter(({ reads }) => reads)),
  writes: scopeOf(ones.filter(({ writes }) => writes)),
  data: [...new Set(data)].sort(),
});

function basic(selectors: readonly unknown[]): Recorded {
  const ones: One[] = [];
  const data: string[] = [];
  for (const selector of selectors) {
    const kind = member(selector, 'readWriteType') ?? 'All';
    const [reads, writes] = [kind !== 'WriteOnly', kind !== 'ReadOnly'];
    const included = member(selector, 'includeManagementEvents');
    if (included !== false && included !== 'false') ones.push({ reads, writes, without: texts(member(selector, 'excludeManagementEventSources')), only: [] });
    for (const resource of list(member(selector, 'dataResources'))) {
      const values = texts(member(resource, 'values'));
      // A type without values takes no event of it.
      if (values.length > 0) data.push(`${short(member(resource, 'type'))}: ${values.join(', ')}${kind === 'All' ? '' : `, ${short(kind)}`}`);
    }
  }
  return recorded(ones, data);
}

const OPERATORS = ['equals', 'startsWith', 'endsWith', 'notEquals', 'notStartsWith', 'notEndsWith'] as const;
function advanced(selectors: readonly unknown[]): Recorded {
  const ones: One[] = [];
  const data: string[] = [];
  for (const selector of selectors) {
    let category = '';
    let [reads, writes] = [true, true];
    const without: string[] = [];
    const only: string[] = [];
    let type = '?';
    for (const field of list(member(selector, 'fieldSelectors'))) {
      const name = short(member(field, 'field'));
      const equals = texts(member(field, 'equals'));
      for (const operator of OPERATORS) {
        const values = texts(member(field, operator));
        if (values.length === 0) continue;
        if (name === 'eventCategory' && operator === 'equals') category = values[0]!;
        else if (name === 'readOnly' && operator === 'equals') [reads, writes] = [equals.includes('true'), equals.includes('false')];
        else if (name === 'resources.type' && operator === 'equals') type = values.join(', ');
        else if (name === 'eventSource' && operator === 'notEquals') without.push(...values);
        else only.push(`${name} ${operator} ${values.join(', ')}`);
      }
    }
    if (category === 'Management') ones.push({ reads, writes, without, only });
    else {
      const conditions = [
        ...only,
        ...(without.length > 0 ? [`eventSource notEquals ${without.join(', ')}`] : []),
        ...(reads && writes ? [] : [`readOnly equals ${reads}`]),
      ];
      data.push(`${category === 'Data' ? type : `${category} ${type}`}${conditions.length > 0 ? ` (${conditions.join('; ')})` : ''}`);
    }
  }
  return recorded(ones, data);
}

/** What the parameters (or the answer) of PutEventSelectors record; undefined when they hold no selectors. */
export function recordedBy(parameters: Json | undefined): Recorded | undefined {
  const [old, fine] = [member(parameters, 'eventSelectors'), member(parameters, 'advancedEventSelectors')];
  if (Array.isArray(fine)) return advanced(list(fine));
  return Array.isArray(old) ? basic(list(old)) : undefined;
}

const KINDS = [
  ['reads', 'reading', 'lectura'],
  ['writes', 'writing', 'escritura'],
] as const;
/** What these selectors leave out, in words; empty when every management event is recorded and no kind of data event was lost. */
export function leftOut(now: Recorded, before: Recorded = DEFAULT_RECORDED): Text[] {
  const said: Text[] = [];
  if (!now.reads && !now.writes) said.push(text('no management event is recorded', 'no se registra ningún evento de administración'));
  else
    for (const [kind, en, es] of KINDS) {
      const scope = now[kind];
      if (!scope) said.push(text(`no ${en} management call is recorded`, `no se registra ninguna llamada de administración de ${es}`));
      else {
        if (scope.without.length > 0)
          said.push(text(`${en} calls of ${scope.without.join(', ')} are not recorded`, `no se registran llamadas de ${es} de ${scope.without.join(', ')}`));
        if (scope.only.length > 0)
          said.push(
            text(
              `${en} management calls are recorded only where ${scope.only.join('; ')}`,
              `las llamadas de ${es} solo se registran donde ${scope.only.join('; ')}`,
            ),
          );
      }
    }
  const lost = before.data.filter((kind) => !now.data.includes(kind));
  if (lost.length > 0)
    said.push(
      text(
        `data events that were recorded before are not any more: ${lost.join(' | ')}`,
        `ya no se registran eventos de datos que antes sí: ${lost.join(' | ')}`,
      ),
    );
  return said;
}
