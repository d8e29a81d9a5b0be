import { members, requiredMembers, type Schema, traitsOf } from './schema.ts';

/** Where each member of an input or output travels in a REST protocol. */
export interface Bindings {
  labels: [string, Schema][];
  query: [string, Schema, string][];
  headers: [string, Schema, string][];
  prefixHeaders: [string, Schema, string][];
  queryParams: [string, Schema] | undefined;
  payload: [string, Schema] | undefined;
  status: string | undefined;
  body: [string, Schema][];
}

export function bindingsOf(schema: Schema): Bindings {
  const bound: Bindings = { labels: [], query: [], headers: [], prefixHeaders: [], queryParams: undefined, payload: undefined, status: undefined, body: [] };
  for (const [name, member] of members(schema)) {
    const traits = traitsOf(member);
    if (traits.httpLabel) bound.labels.push([name, member]);
    else if (traits.httpHeader) bound.headers.push([name, member, traits.httpHeader.toLowerCase()]);
    else if (traits.httpPrefixHeaders !== undefined) bound.prefixHeaders.push([name, member, traits.httpPrefixHeaders.toLowerCase()]);
    else if (traits.httpQuery) bound.query.push([name, member, traits.httpQuery]);
    else if (traits.httpQueryParams) bound.queryParams = [name, member];
    else if (traits.httpPayload) bound.payload = [name, member];
    else if (traits.httpResponseCode) bound.status = name;
    else bound.body.push([name, member]);
  }
  return bound;
}

export interface Route {
  method: string;
  pattern: RegExp;
  labels: string[];
  /** Query parameters the route's own URI demands, e.g. ?uploads. */
  statics: [string, string][];
  /** S3 clients name the operation in ?x-id=. It settles ties only: it is not part of the contract. */
  operationHint: string | undefined;
  requiredQuery: string[];
  requiredHeaders: string[];
  literal: number;
  status: number;
}

/** @param http the http trait: [method, uri, status]. */
export function compileRoute(http: readonly [string, string, number], input: Schema, bound: Bindings): Route {
  const [method, uri, status] = http;
  const [path = '/', search = ''] = uri.split('?');
  const labels: string[] = [];
  const pattern = path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
      if (!label) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      labels.push(label[1]!);
      return label[2] ? '(.+)' : '([^/]+)';
    })
    .join('');
  const fixed = new URLSearchParams(search);
  const required = requiredMembers(input);
  const wire = (list: [string, Schema, string][]) => list.filter(([name]) => required.includes(name)).map(([, , on]) => on);
  return {
    method,
    pattern: new RegExp(`^${pattern.replace(/\/$/, '')}/?$`),
    labels,
    statics: [...fixed].filter(([key]) => key !== 'x-id'),
    operationHint: fixed.get('x-id') ?? undefined,
    requiredQuery: wire(bound.query),
    requiredHeaders: wire(bound.headers),
    literal: path.replace(/\{[^}]+\}/g, '').length,
    status,
  };
}

export interface Routable {
  readonly route: Route | undefined;
  readonly input: Bindings;
}
export interface Addressed {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The operation whose route fits best: most specific query first, then the longest literal path. */
export function matchRoute<Op extends Routable>(operations: readonly Op[], request: Addressed): { operation: Op; labels: Record<string, string> } | undefined {
  let best: { operation: Op; match: RegExpExecArray; score: number } | undefined;
  for (const operation of operations) {
    const route = operation.route;
    if (route?.method !== request.method) continue;
    const match = route.pattern.exec(request.path);
    if (!match) continue;
    if (!route.statics.every(([key, value]) => request.query.has(key) && (value === '' || request.query.get(key) === value))) continue;
    if (!route.requiredQuery.every((key) => request.query.has(key))) continue;
    if (!route.requiredHeaders.every((key) => request.headers[key] !== undefined)) continue;
    const optional = operation.input.query.filter(([, , wire]) => request.query.has(wire)).length;
    const hinted = route.operationHint !== undefined && request.query.get('x-id') === route.operationHint;
    const score =
      (hinted ? 1e7 : 0) +
      route.statics.length * 1e5 +
      (route.requiredQuery.length + route.requiredHeaders.length) * 1e4 +
      route.literal * 100 +
      optional * 10 -
      route.labels.length;
    if (!best || score > best.score) best = { operation, match, score };
  }
  if (!best) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, name] of (best.operation.route?.labels ?? []).entries()) labels[name] = decode(best.match[index + 1] ?? '');
  return { operation: best.operation, labels };
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
