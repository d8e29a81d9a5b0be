import { BlockList, isIP, isIPv6 } from 'node:net';
import { arnMatches, type Context, fill, matches } from './match.ts';

/** Does one value of the request satisfy one value of the policy? `undefined` context: policy variables are not used. */
type Compare = (have: string, want: string, context: Context | undefined) => boolean;

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
/** ISO 8601, or seconds since the epoch. */
const time = (text: string): number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const numeric =
  (test: (have: number, want: number) => boolean): Compare =>
  (have, want) =>
    test(number(have), number(want));
const date =
  (test: (have: number, want: number) => boolean): Compare =>
  (have, want) =>
    test(time(have), time(want));
const equal = (a: number, b: number): boolean => a === b;

function inRange(have: string, want: string): boolean {
  const address = have.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const [base, bits] = want.split('/');
  const family = isIPv6(base!) ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || isIP(base!) === 0) return false;
  const list = new BlockList();
  try {
    list.addSubnet(base!, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  } catch {
    return false;
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** IAM User Guide, "IAM JSON policy elements: Condition operators". The negated ones are in `negated`. */
const positive: Record<string, Compare> = {
  StringEquals: (have, want, context) => have === fill(want, context),
  StringEqualsIgnoreCase: (have, want, context) => have.toLowerCase() === fill(want, context)?.toLowerCase(),
  StringLike: (have, want, context) => matches(want, have, context),
  NumericEquals: numeric(equal),
  NumericLessThan: numeric((have, want) => have < want),
  NumericLessThanEquals: numeric((have, want) => have <= want),
  NumericGreaterThan: numeric((have, want) => have > want),
  NumericGreaterThanEquals: numeric((have, want) => have >= want),
  DateEquals: date(equal),
  DateLessThan: date((have, want) => have < want),
  DateLessThanEquals: date((have, want) => have <= want),
  DateGreaterThan: date((have, want) => have > want),
  DateGreaterThanEquals: date((have, want) => have >= want),
  Bool: (have, want) => have.toLowerCase() === want.toLowerCase(),
  BinaryEquals: (have, want) => have === want,
  IpAddress: inRange,
  ArnEquals: (have, want, context) => arnMatches(want, have, context),
  ArnLike: (have, want, context) => arnMatches(want, have, context),
};
const negated: Record<string, Compare> = {
  StringNotEquals: positive.StringEquals!,
  StringNotEqualsIgnoreCase: positive.StringEqualsIgnoreCase!,
  StringNotLike: positive.StringLike!,
  NumericNotEquals: positive.NumericEquals!,
  DateNotEquals: positive.DateEquals!,
  NotIpAddress: positive.IpAddress!,
  ArnNotEquals: positive.ArnEquals!,
  ArnNotLike: positive.ArnLike!,
};

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;
export const knownOperator = (name: string): boolean => {
  const base = OPERATOR.exec(name)?.[2] ?? '';
  return base in positive || base in negated || base === 'Null';
};
const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** All operators and all keys must hold; the values of one key are alternatives (for negated operators: none may match). */
export const conditionsHold = (condition: Record<string, Record<string, unknown>>, context: Context, variables: boolean): boolean =>
  Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context.get(key.toLowerCase()), list(wanted), variables ? context : undefined)),
  );

function holds(operator: string, have: readonly string[] | undefined, wanted: string[], context: Context | undefined): boolean {
  const [, set, base = '', ifExists] = OPERATOR.exec(operator) ?? [];
  const absent = have === undefined || have.length === 0;
  if (base === 'Null') return wanted.some((want) => absent === (want.toLowerCase() === 'true'));
  const compare = positive[base] ?? negated[base];
  if (!compare) return false;
  const isNegated = base in negated;
  if (absent)
    return set === 'ForAllValues' || (set !== 'ForAnyValue' && (ifExists !== undefined || isNegated)) || (set === 'ForAnyValue' && ifExists !== undefined);
  const one = (value: string): boolean => wanted.some((want) => compare(value, want, context)) !== isNegated;
  if (set === 'ForAllValues') return have.every(one);
  if (set === 'ForAnyValue') return have.some(one);
  // Without a set operator a negated test fails as soon as one value matches.
  return isNegated ? have.every(one) : have.some(one);
}
