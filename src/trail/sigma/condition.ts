import { text } from '../../kernel/index.ts';
import { globTest, readGlob } from './glob.ts';
import { type Logic, Unrunnable } from './rule.ts';

const LIMITS = { chars: 10_000, depth: 100, tests: 20_000 } as const;
const refuse = (en: string, es: string): Unrunnable => new Unrunnable(text(`the condition ${en}`, `la condición ${es}`));

/**
 * Parses a condition over named selections. From the loosest to the tightest: or, and, not, `N of`/`all of`/`any of`, brackets.
 * Selections whose names begin with an underscore are not in `them` and in no pattern that does not begin with one itself.
 * @throws Unrunnable
 */
export function readCondition(source: string, selections: ReadonlyMap<string, Logic>): Logic {
  if (source.length > LIMITS.chars) throw refuse('is longer than 10,000 characters', 'tiene más de 10 000 caracteres');
  const aggregation = /\|\s*(?:(near)\b|(\w+)\s*\()?/.exec(source);
  if (aggregation?.[1]) throw refuse('uses near, which was replaced by correlation rules', 'usa near, sustituido por las reglas de correlación');
  if (aggregation)
    throw refuse(
      `counts events (| ${aggregation[2] ?? ''}()), which was replaced by correlation rules`,
      `cuenta sucesos (| ${aggregation[2] ?? ''}()), sustituido por las reglas de correlación`,
    );
  const tokens = source.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  let budget: number = LIMITS.tests;
  const word = (ahead = 0): string => (tokens[at + ahead] ?? '').toLowerCase();

  function or(depth: number): Logic {
    const of = [and(depth)];
    while (word() === 'or') {
      at++;
      of.push(and(depth));
    }
    return of.length === 1 ? of[0]! : { op: 'or', of };
  }
  function and(depth: number): Logic {
    const of = [unary(depth)];
    while (word() === 'and') {
      at++;
      of.push(unary(depth));
    }
    return of.length === 1 ? of[0]! : { op: 'and', of };
  }
  function unary(depth: number): Logic {
    if (depth > LIMITS.depth) throw refuse('is nested more than 100 deep', 'tiene más de 100 niveles');
    if (word() === 'not') {
      at++;
      return { op: 'not', of: unary(depth + 1) };
    }
    if (word() === '(') {
      at++;
      const inner = or(depth + 1);
      if (word() !== ')') throw refuse('has a bracket that does not close', 'tiene un paréntesis sin cerrar');
      at++;
      return inner;
    }
    const token = tokens[at];
    if (token === undefined) throw refuse('ends too early', 'termina antes de tiempo');
    at++;
    if (word() === 'of' && /^(\d{1,3}|all|any)$/i.test(token)) {
      at++;
      const pattern = tokens[at++];
      if (pattern === undefined || pattern === '(' || pattern === ')')
        throw refuse(`does not say of what after “${token} of”`, `no dice de qué tras «${token} of»`);
      return quantified(token.toLowerCase(), pattern);
    }
    const selection = selections.get(token);
    if (!selection) throw refuse(`names “${token}”, which is no selection`, `nombra «${token}», que no es una selección`);
    return selection;
  }
  function quantified(many: string, pattern: string): Logic {
    const them = pattern.toLowerCase() === 'them' && !selections.has(pattern);
    const fits = globTest(readGlob(pattern));
    const of = [...selections].filter(([name]) => (them ? !name.startsWith('_') : fits(name) && (pattern.startsWith('_') || !name.startsWith('_'))));
    if (of.length === 0) throw refuse(`asks for “${pattern}”, which fits no selection`, `pide «${pattern}» y ninguna selección encaja`);
    budget -= of.length;
    if (budget < 0) throw refuse('is too large', 'es demasiado grande');
    const logics = of.map(([, logic]) => logic);
    if (many === 'all') return { op: 'and', of: logics };
    const n = many === 'any' ? 1 : Number(many);
    if (n < 1 || n > logics.length)
      throw refuse(`asks for ${n} of the ${logics.length} that “${pattern}” fits`, `pide ${n} de las ${logics.length} en que encaja «${pattern}»`);
    return n === 1 ? { op: 'or', of: logics } : { op: 'atLeast', n, of: logics };
  }

  const logic = or(0);
  if (at < tokens.length) throw refuse(`cannot be understood at “${tokens[at]!.slice(0, 60)}”`, `no se entiende en «${tokens[at]!.slice(0, 60)}»`);
  return logic;
}
