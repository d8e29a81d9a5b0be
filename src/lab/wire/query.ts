import { fromText } from './scalar.ts';
import { members, type Schema, traitsOf } from './schema.ts';

/** Form parameters `A.1.B=v` as a tree. Maps, because the names come from the client. */
interface Node {
  text: string | undefined;
  children: Map<string, Node>;
}
const node = (): Node => ({ text: undefined, children: new Map() });

function tree(parameters: URLSearchParams): Node {
  const root = node();
  for (const [name, value] of parameters) {
    let at = root;
    for (const part of name.split('.')) {
      let next = at.children.get(part);
      if (!next) {
        next = node();
        at.children.set(part, next);
      }
      at = next;
    }
    at.text = value;
  }
  return root;
}

/** Children `1`, `2`, ... in numeric order. */
const numbered = (at: Node): Node[] =>
  [...at.children]
    .filter(([key]) => /^\d+$/.test(key))
    .sort((a, b) => Number(a[0]) - Number(b[0]))
    .map(([, child]) => child);

const ec2Name = (name: string, traits: Record<string, any>): string => {
  if (traits.ec2QueryName) return traits.ec2QueryName;
  const wire: string = traits.xmlName ?? name;
  return wire.charAt(0).toUpperCase() + wire.slice(1);
};

function read(schema: Schema, at: Node, ec2: boolean): unknown {
  if (schema.isStructSchema()) {
    const value: Record<string, unknown> = {};
    for (const [name, member] of members(schema)) {
      const traits = traitsOf(member);
      const child = at.children.get(ec2 ? ec2Name(name, traits) : (traits.xmlName ?? name));
      if (child) value[name] = read(member, child, ec2);
    }
    return value;
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const flat = ec2 || traitsOf(schema).xmlFlattened;
    const list = flat ? at : (at.children.get(traitsOf(item).xmlName ?? 'member') ?? at);
    return numbered(list).map((child) => read(item, child, ec2));
  }
  if (schema.isMapSchema()) {
    const value = schema.getValueSchema();
    const keyName = traitsOf(schema.getKeySchema()).xmlName ?? 'key';
    const valueName = traitsOf(value).xmlName ?? 'value';
    const entries = traitsOf(schema).xmlFlattened ? at : (at.children.get('entry') ?? node());
    const pairs = numbered(entries).map((entry) => [entry.children.get(keyName)?.text ?? '', read(value, entry.children.get(valueName) ?? node(), ec2)]);
    return Object.fromEntries(pairs);
  }
  return fromText(schema, at.text ?? '');
}

/** The input of an awsQuery or ec2Query request. @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const readQuery = (schema: Schema, parameters: URLSearchParams, ec2: boolean): Record<string, unknown> =>
  schema.isStructSchema() ? (read(schema, tree(parameters), ec2) as Record<string, unknown>) : {};
