import { DATE_TIME, toText } from './scalar.ts';
import { members, type Schema, traitsOf } from './schema.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;', '\n': '&#xA;', '\t': '&#x9;' };
/** XML 1.0 cannot hold most control characters at all; they become U+FFFD, as AWS would refuse or mangle them. */
export const escapeXml = (text: unknown): string =>
  String(text)
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
const escapeAttribute = (text: unknown): string => escapeXml(text).replace(/[\n\t]/g, (character) => ENTITIES[character] ?? character);

/** Members of a structure as elements, without its own tag. */
export function xmlMembers(schema: Schema, value: any): string {
  let text = '';
  for (const [name, member] of members(schema)) {
    const own = value[name];
    if (own === null || own === undefined) continue;
    const traits = traitsOf(member);
    if (traits.httpHeader || traits.httpPrefixHeaders !== undefined || traits.httpResponseCode || traits.xmlAttribute) continue;
    text += xmlElement(member, own, (member.getMemberTraits() as Record<string, any>).xmlName ?? name);
  }
  return text;
}

/** One member as an element (or, flattened, several). */
export function xmlElement(schema: Schema, value: any, tag: string, attributes = ''): string {
  const traits = traitsOf(schema);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemTag = traits.xmlFlattened ? tag : (traitsOf(item).xmlName ?? 'member');
    const items = value.filter((entry: unknown) => entry !== null && entry !== undefined).map((entry: unknown) => xmlElement(item, entry, itemTag));
    return traits.xmlFlattened ? items.join('') : `<${tag}${attributes}>${items.join('')}</${tag}>`;
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    const keyTag = traitsOf(schema.getKeySchema()).xmlName ?? 'key';
    const valueTag = traitsOf(item).xmlName ?? 'value';
    const entries = Object.entries(value).map(([key, entry]) => `<${keyTag}>${escapeXml(key)}</${keyTag}>${xmlElement(item, entry, valueTag)}`);
    if (traits.xmlFlattened) return entries.map((entry) => `<${tag}>${entry}</${tag}>`).join('');
    return `<${tag}${attributes}>${entries.map((entry) => `<entry>${entry}</entry>`).join('')}</${tag}>`;
  }
  if (schema.isStructSchema()) return `<${tag}${attributes}${xmlAttributes(schema, value)}>${xmlMembers(schema, value)}</${tag}>`;
  return `<${tag}${attributes}>${escapeXml(toText(schema, value, DATE_TIME))}</${tag}>`;
}

function xmlAttributes(schema: Schema, value: any): string {
  let text = '';
  const namespace = traitsOf(schema).xmlNamespace as [string, string] | undefined;
  for (const [name, member] of members(schema)) {
    const traits = traitsOf(member);
    if (!traits.xmlAttribute || value[name] === null || value[name] === undefined) continue;
    const attribute: string = traits.xmlName ?? name;
    if (attribute.includes(':')) {
      const [prefix, uri] = namespace ?? ['xsi', 'http://www.w3.org/2001/XMLSchema-instance'];
      text += ` xmlns:${prefix}="${escapeAttribute(uri)}"`;
    }
    text += ` ${attribute}="${escapeAttribute(value[name])}"`;
  }
  return text;
}
