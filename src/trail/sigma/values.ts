import type { Json } from '../../kernel/index.ts';
import { isObject } from '../event.ts';

/** What a record holds at one dotted field. Texts are worked out when a test asks for them, once. */
export interface Values {
  /** The member is there, be it null or empty. */
  readonly present: boolean;
  /** Scalars and objects found; lists are taken apart. */
  readonly nodes: readonly Json[];
  /** Lists found, whole: a rule may quote their JSON text. */
  readonly lists: readonly Json[];
  texts: readonly string[] | undefined;
  lowered: readonly string[] | undefined;
}
/** A dotted field, split once. */
export interface Path {
  readonly segments: readonly string[];
  /** What is left of the field at each segment: a member whose own name holds dots is found too. */
  readonly rests: readonly string[];
}

const LIMITS = { depth: 64, nodes: 100_000 } as const;
const NONE: readonly Json[] = [];
export const ABSENT: Values = { present: false, nodes: NONE, lists: NONE, texts: [], lowered: [] };

/** '' is the record itself. */
export function pathOf(field: string): Path {
  const segments = field === '' ? [] : field.split('.');
  return { segments, rests: segments.map((_, index) => segments.slice(index).join('.')) };
}

/** Goes down a dotted field; a list on the way (or at the end) stands for each of its elements. */
export function valuesAt(root: Json | { readonly [member: string]: Json | undefined }, path: Path): Values {
  if (path.segments.length === 1) {
    const name = path.segments[0]!;
    const value = isObject(root) && Object.hasOwn(root, name) ? root[name] : undefined;
    if (value === undefined) return ABSENT;
    if (typeof value !== 'object') return { present: true, nodes: [value], lists: NONE, texts: undefined, lowered: undefined };
  }
  const found: Found = { present: false, nodes: [], lists: [], budget: LIMITS.nodes };
  collect(root as Json, path, 0, 0, found);
  return found.present ? { present: true, nodes: found.nodes, lists: found.lists, texts: undefined, lowered: undefined } : ABSENT;
}
/** The same for a value that is known to stand at the field. Undefined: nothing stands there. */
export const valuesOf = (value: Json | undefined): Values => (value === undefined ? ABSENT : valuesAt(value, { segments: [], rests: [] }));

interface Found {
  present: boolean;
  readonly nodes: Json[];
  readonly lists: Json[];
  budget: number;
}
function collect(value: Json, path: Path, index: number, depth: number, found: Found): void {
  if (depth > LIMITS.depth || --found.budget < 0) return;
  if (Array.isArray(value)) {
    if (index === path.segments.length) {
      found.present = true;
      if (value.length > 0) found.lists.push(value);
    }
    for (const item of value) collect(item, path, index, depth + 1, found);
    return;
  }
  if (index === path.segments.length) {
    found.present = true;
    found.nodes.push(value);
    return;
  }
  if (!isObject(value)) return;
  const rest = path.rests[index]!;
  if (Object.hasOwn(value, rest)) {
    if (value[rest] !== undefined) collect(value[rest], path, path.segments.length, depth + 1, found);
    return;
  }
  const name = path.segments[index]!;
  if (Object.hasOwn(value, name) && value[name] !== undefined) collect(value[name], path, index + 1, depth + 1, found);
}

/** Nothing stands there but null. */
export const isNull = (values: Values): boolean => values.nodes.every((node) => node === null);

/**
 * Everything that counts as the field's text: scalars; of objects and lists the JSON text and each leaf; of texts that hold JSON (policy
 * documents, also URL-encoded) the JSON text without white space and each leaf. Empty objects and lists have no text.
 */
export function textsOf(values: Values): readonly string[] {
  if (values.texts) return values.texts;
  const out: string[] = [];
  const budget = { nodes: LIMITS.nodes };
  for (const list of values.lists) pushJson(list, out);
  for (const node of values.nodes) addTexts(node, out, budget, 0);
  values.texts = out;
  return out;
}
export function loweredOf(values: Values): readonly string[] {
  if (values.lowered) return values.lowered;
  const texts = textsOf(values);
  values.lowered = texts.length === 1 ? [texts[0]!.toLowerCase()] : texts.map((each) => each.toLowerCase());
  return values.lowered;
}
/** Scalars only, as text: addresses, numbers and dates are not looked for inside objects. */
export const scalarsOf = (values: Values): string[] => values.nodes.filter((node) => node !== null && typeof node !== 'object').map(String);

function addTexts(node: Json, out: string[], budget: { nodes: number }, depth: number): void {
  if (node === null || depth > LIMITS.depth || --budget.nodes < 0) return;
  if (typeof node !== 'object') {
    const raw = String(node);
    out.push(raw);
    const inner = typeof node === 'string' ? innerJson(node) : undefined;
    if (inner !== undefined) addTexts(inner, out, budget, depth + 1);
    return;
  }
  const parts = Array.isArray(node) ? node : Object.values(node);
  if (parts.length === 0) return;
  pushJson(node, out);
  addLeaves(parts, out, budget, depth + 1);
}
function addLeaves(parts: readonly Json[], out: string[], budget: { nodes: number }, depth: number): void {
  for (const part of parts) {
    if (part === null || part === undefined) continue;
    if (typeof part !== 'object') addTexts(part, out, budget, depth + 1);
    else if (depth <= LIMITS.depth && --budget.nodes >= 0) addLeaves(Array.isArray(part) ? part : Object.values(part), out, budget, depth + 1);
  }
}
function pushJson(value: Json, out: string[]): void {
  try {
    out.push(JSON.stringify(value));
  } catch {
    // Nested beyond the stack: its leaves are searched as far down as the limit goes.
  }
}
function innerJson(raw: string): Json | undefined {
  const first = raw.charCodeAt(0);
  try {
    if (first === 0x25 && /^%(7B|5B|0A|20)/i.test(raw)) {
      const decoded = decodeURIComponent(raw);
      return decoded === raw ? undefined : (innerJson(decoded) ?? decoded);
    }
    const last = raw.at(-1);
    if (!/^\s*[{[]/.test(raw) || !(last === '}' || last === ']' || /\s/.test(last ?? ''))) return undefined;
    const value = JSON.parse(raw) as Json;
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}
