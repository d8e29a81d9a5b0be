import { isObject } from '../event.ts';

const list = (value: unknown): string[] => (typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const few = (values: readonly string[], most = 3): string =>
  values.length > most ? `${values.slice(0, most).join(',')},+${values.length - most}` : values.join(',');

/** A policy document, or undefined: JSON, URL-encoded JSON, or already an object; at most 64 KiB. */
export function policyOf(document: unknown): Readonly<Record<string, unknown>> | undefined {
  if (isObject(document)) return document;
  if (typeof document !== 'string' || document.length > 65_536) return undefined;
  try {
    const value = JSON.parse(/^\s*%7B/i.test(document) ? decodeURIComponent(document) : document) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function principals(principal: unknown): string[] {
  if (!isObject(principal)) return list(principal);
  return Object.values(principal).flatMap(list);
}

/** A policy's statements in short, `Allow iam:*,s3:* on *`; of a trust or resource policy also to whom. At most three. */
export function brief(document: unknown): string[] {
  const policy = policyOf(document);
  const statements = policy === undefined ? [] : Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  const told = statements.slice(0, 3).flatMap((statement) => {
    if (!isObject(statement)) return [];
    const actions = list(statement.Action);
    const but = list(statement.NotAction);
    const to = principals(statement.Principal);
    const resources = list(statement.Resource);
    const what = actions.length > 0 ? few(actions) : but.length > 0 ? `!(${few(but)})` : '?';
    return [
      `${typeof statement.Effect === 'string' ? statement.Effect : '?'} ${what}${to.length > 0 ? ` to ${few(to)}` : ''}${resources.length > 0 ? ` on ${few(resources, 2)}` : ''}`,
    ];
  });
  return statements.length > 3 ? [...told, `+${statements.length - 3}`] : told;
}
