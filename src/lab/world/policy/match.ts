/** One element of a compiled pattern: a literal character, any run of characters, or any one character. */
type Token = { literal: string } | 'run' | 'one';

/** Request context: condition keys in lower case, each with its values. */
export type Context = ReadonlyMap<string, readonly string[]>;

/**
 * Compiles a pattern with `*`, `?` and, where `context` is given, policy variables. The value of a variable is literal: a
 * `*` in a user's name matches only itself. `undefined`: a variable has no value and no default, so nothing can match.
 * IAM User Guide, "Variables and tags".
 */
function compile(pattern: string, context: Context | undefined): Token[] | undefined {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    const end = context && character === '$' && pattern[i + 1] === '{' ? pattern.indexOf('}', i) : -1;
    if (end > 0) {
      const value = resolve(pattern.slice(i + 2, end), context!);
      if (value === undefined) return undefined;
      for (const literal of value) tokens.push({ literal });
      i = end;
    } else if (character === '*') {
      if (tokens.at(-1) !== 'run') tokens.push('run');
    } else tokens.push(character === '?' ? 'one' : { literal: character });
  }
  return tokens;
}

function resolve(expression: string, context: Context): string | undefined {
  if (expression === '*' || expression === '?' || expression === '$') return expression;
  const [, key, fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(expression) ?? [];
  if (key === undefined) return undefined;
  const values = context.get(key.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}

const matchesToken = (token: Token | undefined, character: string): boolean => token === 'one' || (typeof token === 'object' && token.literal === character);

/** Linear-time glob: on a mismatch only the last run grows. */
function run(tokens: Token[], value: string): boolean {
  const characters = [...value];
  let t = 0;
  let c = 0;
  let lastRun = -1;
  let resume = 0;
  while (c < characters.length) {
    if (tokens[t] === 'run') {
      lastRun = t++;
      resume = c;
    } else if (matchesToken(tokens[t], characters[c]!)) {
      t++;
      c++;
    } else if (lastRun >= 0) {
      t = lastRun + 1;
      c = ++resume;
    } else return false;
  }
  while (tokens[t] === 'run') t++;
  return t === tokens.length;
}

/** Case-sensitive match of the whole value. */
export function matches(pattern: string, value: string, context?: Context): boolean {
  const tokens = compile(pattern, context);
  return tokens !== undefined && run(tokens, value);
}

/** Exact comparison after policy variables are filled in. */
export function fill(pattern: string, context: Context | undefined): string | undefined {
  if (!context || !pattern.includes('${')) return pattern;
  let result = '';
  for (let i = 0; i < pattern.length; ) {
    const end = pattern.startsWith('${', i) ? pattern.indexOf('}', i) : -1;
    if (end > 0) {
      const value = resolve(pattern.slice(i + 2, end), context);
      if (value === undefined) return undefined;
      result += value;
      i = end + 1;
    } else result += pattern[i++];
  }
  return result;
}

/** ArnLike: each of the six colon-separated parts on its own, so that a wildcard does not cross a colon (the last part may hold colons). */
export function arnMatches(pattern: string, value: string, context?: Context): boolean {
  const want = parts(pattern);
  const have = parts(value);
  return want.length === 6 && have.length === 6 && want.every((part, i) => matches(part, have[i]!, context));
}
/** Cuts an ARN at its first five colons; colons inside `${...}` do not count. */
function parts(arn: string): string[] {
  const result: string[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i < arn.length && result.length < 5; i++) {
    if (arn.startsWith('${', i)) depth++;
    else if (arn[i] === '}' && depth > 0) depth--;
    else if (arn[i] === ':' && depth === 0) {
      result.push(arn.slice(start, i));
      start = i + 1;
    }
  }
  return [...result, arn.slice(start)];
}
