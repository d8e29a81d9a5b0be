import { text as say, type Text } from '../../kernel/index.ts';
import { isObject } from '../event.ts';

export interface Principals {
  /** `"Principal": "*"` or `{"AWS": "*"}`. */
  readonly anyone: boolean;
  /** ARNs, account numbers, unique ids. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
  /** Canonical user ids of S3. */
  readonly canonical: readonly string[];
}
export interface Condition {
  /** Lower case, without `ForAnyValue:` and `IfExists`: `stringequals`. */
  readonly operator: string;
  /** Lower case: `aws:principalorgid`. */
  readonly key: string;
  readonly values: readonly string[];
  /** `...IfExists` or `ForAllValues:...`: holds also when the request has no such key. */
  readonly optional: boolean;
}
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Lower case. Undefined when `NotAction` stands instead, and the other way round. */
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly notResources: readonly string[] | undefined;
  readonly principals: Principals | undefined;
  readonly notPrincipals: Principals | undefined;
  readonly conditions: readonly Condition[];
}
export interface Policy {
  readonly statements: readonly Statement[];
}
export type Read = { readonly policy: Policy; readonly why?: undefined } | { readonly policy: undefined; readonly why: Text };

/** AWS's own largest policies are 32 KB; URL encoding makes them three times that. */
const SIZE = 256 * 1024;
const STATEMENTS = 1_000;
const VALUES = 5_000;
/** URL encoding around JSON around a string holding JSON ... */
const WRAPPINGS = 6;

class Unreadable extends Error {
  readonly why: Text;
  constructor(why: Text) {
    super(why.en);
    this.why = why;
  }
}
const unreadable = (en: string, es: string): never => {
  throw new Unreadable(say(en, es));
};

/**
 * Reads an IAM policy document as it stands in evidence: an object, JSON, URL-encoded JSON, or JSON inside a JSON string. Never throws: what cannot be
 * read has no `policy`, and `why` says so. Member names are taken in any case; an unknown Effect makes the policy unreadable rather than harmless.
 * Source: Grammar of the IAM JSON policy language, IAM User Guide.
 */
export function readPolicy(source: unknown): Read {
  try {
    const document = unwrapped(source);
    const found = member(document, 'Statement');
    const statements = Array.isArray(found) ? found : found === undefined ? [] : [found];
    if (statements.length === 0) unreadable('It has no statement.', 'No tiene ninguna declaración.');
    if (statements.length > STATEMENTS)
      unreadable('It has more statements than any policy can have.', 'Tiene más declaraciones de las que puede tener una política.');
    return { policy: { statements: statements.map(statementOf) } };
  } catch (error) {
    if (error instanceof Unreadable) return { policy: undefined, why: error.why };
    return { policy: undefined, why: say('It is not valid JSON.', 'No es JSON válido.') };
  }
}

function unwrapped(source: unknown): Record<string, unknown> {
  let value = source;
  for (let i = 0; i < WRAPPINGS && typeof value === 'string'; i += 1) {
    if (value.length > SIZE) unreadable('It is larger than any policy can be.', 'Es mayor de lo que puede ser una política.');
    const trimmed: string = value.trim();
    if (trimmed === '') unreadable('It is empty.', 'Está vacía.');
    if (trimmed.startsWith('HIDDEN_DUE_TO')) unreadable('CloudTrail has hidden it.', 'CloudTrail la ha ocultado.');
    value = /^(%[0-9a-f]{2}|\+)/i.test(trimmed) ? decodeURIComponent(trimmed.replaceAll('+', ' ')) : JSON.parse(trimmed);
  }
  if (!isObject(value)) return unreadable('It is not a JSON object.', 'No es un objeto JSON.');
  return value;
}
function member(object: unknown, name: string): unknown {
  if (!isObject(object)) return undefined;
  if (Object.hasOwn(object, name)) return object[name];
  const other = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
  return other === undefined ? undefined : object[other];
}
/** A text or a list of texts; numbers and booleans as text, the rest left out. */
function list(value: unknown): string[] {
  const items = Array.isArray(value) ? value : [value];
  if (items.length > VALUES)
    unreadable('One of its lists is longer than any policy can be.', 'Una de sus listas es más larga de lo que puede ser una política.');
  return items.flatMap((item) =>
    typeof item === 'string' ? [item.slice(0, 2048)] : typeof item === 'number' || typeof item === 'boolean' ? [String(item)] : [],
  );
}
const optional = (value: unknown, lower = false): string[] | undefined =>
  value === undefined || value === null ? undefined : lower ? list(value).map((item) => item.toLowerCase()) : list(value);

function statementOf(value: unknown): Statement {
  const effect = member(value, 'Effect');
  if (effect !== 'Allow' && effect !== 'Deny') return unreadable('A statement neither allows nor denies.', 'Una declaración ni permite ni deniega.');
  const statement = {
    effect,
    actions: optional(member(value, 'Action'), true),
    notActions: optional(member(value, 'NotAction'), true),
    resources: optional(member(value, 'Resource')),
    notResources: optional(member(value, 'NotResource')),
    principals: principalsOf(member(value, 'Principal')),
    notPrincipals: principalsOf(member(value, 'NotPrincipal')),
    conditions: conditionsOf(member(value, 'Condition')),
  } as const;
  return statement;
}
function principalsOf(value: unknown): Principals | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) {
    const aws = list(value);
    return { anyone: aws.includes('*'), aws: aws.filter((one) => one !== '*'), services: [], federated: [], canonical: [] };
  }
  const of = (name: string) => optional(member(value, name)) ?? [];
  const aws = of('AWS');
  return {
    anyone: aws.includes('*') || of('*').includes('*'),
    aws: aws.filter((one) => one !== '*'),
    services: of('Service'),
    federated: of('Federated'),
    canonical: of('CanonicalUser'),
  };
}
function conditionsOf(value: unknown): Condition[] {
  if (!isObject(value)) return [];
  const conditions: Condition[] = [];
  for (const [written, tests] of Object.entries(value)) {
    if (!isObject(tests)) continue;
    const operator = written.toLowerCase();
    for (const [key, values] of Object.entries(tests)) {
      if (conditions.length >= VALUES) return unreadable('It has too many conditions.', 'Tiene demasiadas condiciones.');
      conditions.push({
        operator: operator.replace(/^for(all|any)values?:/, '').replace(/ifexists$/, ''),
        key: key.toLowerCase(),
        values: list(values),
        optional: operator.endsWith('ifexists') || operator.startsWith('forallvalues:'),
      });
    }
  }
  return conditions;
}
