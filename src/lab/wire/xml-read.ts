import { fromText, malformed } from './scalar.ts';
import { members, type Schema, traitsOf } from './schema.ts';

interface Element {
  name: string;
  attributes: Map<string, string>;
  children: Element[];
  text: string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decodeEntities = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = hex ? Number.parseInt(hex, 16) : Number(decimal);
    if (point > 0x10ffff) throw malformed('malformed XML: no such character');
    return String.fromCodePoint(point);
  });

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
const MAX_DEPTH = 100;

/** A small XML reader for request bodies: no DTD, no external entities, bounded depth. Prefixes stay part of the name. */
function parse(source: string): Element {
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const stack = [root];
  TOKEN.lastIndex = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (TOKEN.lastIndex < source.length) {
    const token = TOKEN.exec(source);
    if (!token) throw malformed('malformed XML');
    const top = stack.at(-1)!;
    const [, cdata, closing, opening, attributes, empty, text] = token;
    if (cdata !== undefined) top.text += cdata;
    else if (text !== undefined) top.text += decodeEntities(text);
    else if (closing !== undefined) {
      if (stack.length < 2 || top.name !== closing) throw malformed('malformed XML: unexpected end tag');
      stack.pop();
    } else if (opening !== undefined) {
      const element: Element = { name: opening, attributes: new Map(), children: [], text: '' };
      for (const [, key, double, single] of (attributes ?? '').matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
        element.attributes.set(key!, decodeEntities(double ?? single ?? ''));
      }
      top.children.push(element);
      if (!empty && stack.push(element) > MAX_DEPTH) throw malformed('malformed XML: nested too deeply');
    }
  }
  if (stack.length !== 1 || root.children.length !== 1) throw malformed('malformed XML: not one element');
  return root.children[0]!;
}

const named = (element: Element, name: string): Element[] => element.children.filter((child) => child.name === name);

function readMember(schema: Schema, elements: Element[]): unknown {
  const traits = traitsOf(schema);
  const first = elements[0]!;
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = traits.xmlFlattened ? elements : named(first, traitsOf(item).xmlName ?? 'member');
    return items.map((element) => readMember(item, [element]));
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    const keyTag = traitsOf(schema.getKeySchema()).xmlName ?? 'key';
    const valueTag = traitsOf(item).xmlName ?? 'value';
    const entries = traits.xmlFlattened ? elements : named(first, 'entry');
    return Object.fromEntries(entries.map((entry) => [named(entry, keyTag)[0]?.text ?? '', readMember(item, named(entry, valueTag))]));
  }
  if (schema.isStructSchema()) return readStruct(schema, first);
  return fromText(schema, first.text);
}

function readStruct(schema: Schema, element: Element): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, member] of members(schema)) {
    const traits = traitsOf(member);
    const tag = (member.getMemberTraits() as Record<string, any>).xmlName ?? name;
    if (traits.xmlAttribute) {
      const text = element.attributes.get(tag);
      if (text !== undefined) value[name] = fromText(member, text);
      continue;
    }
    const elements = named(element, tag);
    if (elements.length > 0) value[name] = readMember(member, elements);
  }
  return value;
}

/** The body of a restXml request as the structure its schema names. Throws SerializationException on malformed XML. */
export const readXml = (schema: Schema, body: Buffer): Record<string, unknown> => readStruct(schema, parse(body.toString('utf8').trim()));
