import { type Constraint, LabError, type LabOperation } from './contract.ts';
import { members, requiredMembers, type Schema, traitsOf } from './wire/schema.ts';
import type { WireOperation } from './wire/service.ts';

/** One thing wrong with an input. `at` is the member path in the model's spelling, e.g. Filters[0].Name. */
interface Fault {
  at: string;
  value: unknown;
  kind: 'missing' | 'value';
  /** Said by services that report "Value '...' at '...' failed to satisfy constraint: ...". */
  rule: string;
}

/**
 * Refuses an input the real service would refuse for its form: members the model requires, what `constraints` add, and
 * members that exclude one another. Throws the code the service's family uses.
 */
export function validate(operation: WireOperation, input: Record<string, unknown>, behaviour: LabOperation | undefined): void {
  const faults = [...missing(operation.inputSchema, input, '')];
  for (const [path, constraint] of Object.entries(behaviour?.constraints ?? {})) {
    for (const place of resolve(input, path)) faults.push(...breaches(place, constraint));
  }
  const seen = new Set<string>();
  const unique = faults.filter(({ at, rule }) => !seen.has(`${at} ${rule}`) && seen.add(`${at} ${rule}`));
  if (unique.length > 0) throw complaint(operation, unique);
  for (const group of behaviour?.exclusive ?? []) {
    const given = group.filter((name) => input[name] !== undefined);
    if (given.length > 1) throw combination(operation, given);
  }
}

function* missing(schema: Schema, value: unknown, path: string): Generator<Fault> {
  if (value === undefined || value === null) return;
  if (schema.isStructSchema()) {
    const own = value as Record<string, unknown>;
    for (const name of requiredMembers(schema)) {
      if (own[name] === undefined || own[name] === null) yield { at: path + name, value: null, kind: 'missing', rule: 'Member must not be null' };
    }
    for (const [name, member] of members(schema)) yield* missing(member, own[name], `${path}${name}.`);
  } else if (schema.isListSchema() && Array.isArray(value)) {
    const item = schema.getValueSchema();
    if (!item.isStructSchema() && !item.isListSchema()) return;
    for (const [index, entry] of value.entries()) yield* missing(item, entry, `${path.replace(/\.$/, '')}[${index}].`);
  }
}

interface Place {
  at: string;
  value: unknown;
}
/** Every place a constraint path names: 'Filters[].Values' is one place per filter. A parent that is absent has no places. */
function resolve(input: unknown, path: string): Place[] {
  let places: Place[] = [{ at: '', value: input }];
  for (const part of path.split('.')) {
    const name = part.replace(/(\[\])+$/, '');
    const lists = (part.length - name.length) / 2;
    places = places.flatMap(({ at, value }) =>
      value !== null && typeof value === 'object' ? [{ at: at ? `${at}.${name}` : name, value: (value as Record<string, unknown>)[name] }] : [],
    );
    for (let depth = 0; depth < lists; depth++) {
      places = places.flatMap(({ at, value }) => (Array.isArray(value) ? value.map((entry, index) => ({ at: `${at}[${index}]`, value: entry })) : []));
    }
  }
  return places;
}

function* breaches({ at, value }: Place, constraint: Constraint): Generator<Fault> {
  if (value === undefined || value === null) {
    if (constraint.required) yield { at, value: null, kind: 'missing', rule: 'Member must not be null' };
    return;
  }
  const fault = (rule: string): Fault => ({ at, value, kind: 'value', rule });
  if (typeof value === 'number') {
    if (constraint.min !== undefined && value < constraint.min) yield fault(`Member must have value greater than or equal to ${constraint.min}`);
    if (constraint.max !== undefined && value > constraint.max) yield fault(`Member must have value less than or equal to ${constraint.max}`);
  }
  if (constraint.length && (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array)) {
    const [min, max] = constraint.length;
    if (value.length < min) yield fault(`Member must have length greater than or equal to ${min}`);
    if (value.length > max) yield fault(`Member must have length less than or equal to ${max}`);
  }
  if (constraint.enum && typeof value === 'string' && !constraint.enum.includes(value)) {
    yield fault(`Member must satisfy enum value set: [${constraint.enum.join(', ')}]`);
  }
  if (constraint.pattern !== undefined && typeof value === 'string' && !new RegExp(`^(?:${constraint.pattern})$`, 'u').test(value)) {
    yield fault(`Member must satisfy regular expression pattern: ${constraint.pattern}`);
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function complaint(operation: WireOperation, faults: readonly Fault[]): LabError {
  const { protocol } = operation.service;
  const first = faults[0]!;
  if (protocol === 'ec2Query') {
    if (first.kind === 'missing')
      return new LabError('MissingParameter', `The request must contain the parameter ${ec2Parameter(operation, first.at)}`, { status: 400 });
    const value = typeof first.value === 'object' ? JSON.stringify(first.value) : String(first.value);
    return new LabError('InvalidParameterValue', `Value (${value}) for parameter ${lowerFirst(first.at)} is invalid. ${first.rule}.`, { status: 400 });
  }
  if (protocol === 'restXml')
    return new LabError(first.kind === 'missing' ? 'InvalidRequest' : 'InvalidArgument', `${first.at}: ${first.rule}`, { status: 400 });
  const said = faults.map(
    ({ at, value, rule }) => `Value ${value === null ? 'null' : `'${plain(value)}'`} at '${lowerFirst(at)}' failed to satisfy constraint: ${rule}`,
  );
  const message = `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: ${said.join('; ')}`;
  return new LabError(protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException', message, { status: 400 });
}
const plain = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** EC2 names a missing parameter as it would stand in the request. */
function ec2Parameter(operation: WireOperation, at: string): string {
  const [, top = at, rest = ''] = /^([^.[]+)(.*)$/.exec(at) ?? [];
  for (const [name, member] of members(operation.inputSchema)) {
    if (name === top) return (traitsOf(member).ec2QueryName ?? (member.getMemberTraits() as Record<string, any>).xmlName ?? name) + rest;
  }
  return at;
}

function combination(operation: WireOperation, given: readonly string[]): LabError {
  const words = given.map(lowerFirst).join("' and '");
  switch (operation.service.protocol) {
    case 'ec2Query':
      return new LabError('InvalidParameterCombination', `The parameters '${words}' cannot be used together`, { status: 400 });
    case 'awsQuery':
      return new LabError('ValidationError', `The parameters '${words}' cannot be used together`, { status: 400 });
    case 'restXml':
      return new LabError('InvalidRequest', `The parameters '${words}' cannot be used together`, { status: 400 });
    default:
      return new LabError('ValidationException', `The parameters '${words}' cannot be used together`, { status: 400 });
  }
}
