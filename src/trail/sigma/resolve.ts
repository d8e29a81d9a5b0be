import { text } from '../../kernel/index.ts';
import type { UnresolvedCorrelation } from './correlation.ts';
import { type RuleSet, type SigmaCorrelation, type SigmaHead, type SigmaRule, Unrunnable, type Unsupported } from './rule.ts';

/**
 * Finds what each correlation refers to: by name, id, title or file stem, first in its own file, then in all. A correlation whose rules are
 * missing, do not run, or lead back to itself is unsupported. Answers the correlations so that each comes after those it counts.
 */
export function resolve(rules: readonly SigmaRule[], correlations: readonly UnresolvedCorrelation[], unsupported: readonly Unsupported[]): RuleSet {
  const heads: readonly SigmaHead[] = [...rules, ...correlations];
  const refused = [...unsupported];
  const byName = new Map<string, SigmaHead[]>();
  for (const head of heads)
    for (const name of new Set([head.name.toLowerCase(), head.uuid, head.title.toLowerCase(), head.id.toLowerCase()])) {
      const known = byName.get(name);
      if (known) known.push(head);
      else if (name !== '') byName.set(name, [head]);
    }
  const find = (name: string, from: SigmaCorrelation): SigmaHead => {
    const wanted = name.toLowerCase();
    const candidates = (byName.get(wanted) ?? []).filter((each) => each !== from);
    for (const among of [candidates.filter((each) => each.file === from.file), candidates])
      for (const is of [
        (each: SigmaHead) => each.name.toLowerCase(),
        (each: SigmaHead) => each.uuid,
        (each: SigmaHead) => each.id.toLowerCase(),
        (each: SigmaHead) => each.title.toLowerCase(),
      ]) {
        const found = among.filter((each) => is(each) === wanted);
        if (found.length === 1) return found[0]!;
        if (found.length > 1)
          throw new Unrunnable(
            text(
              `the correlation counts “${name}”, and ${found.length} rules are called so`,
              `la correlación cuenta «${name}» y hay ${found.length} reglas con ese nombre`,
            ),
          );
      }
    throw new Unrunnable(
      text(
        `the correlation counts “${name}”, which is not among the rules that run`,
        `la correlación cuenta «${name}», que no está entre las reglas que se ejecutan`,
      ),
    );
  };
  const waiting = new Map<string, SigmaCorrelation>();
  for (const each of correlations) {
    try {
      const ids = new Map(each.rules.map((name) => [name, find(name, each).id]));
      const aliases = [...each.aliases].map(
        ([alias, fields]) => [alias, new Map([...fields].map(([rule, field]) => [ids.get(rule) ?? find(rule, each).id, field]))] as const,
      );
      waiting.set(each.id, { ...each, rules: each.rules.map((name) => ids.get(name)!), aliases: new Map(aliases) });
    } catch (error) {
      if (!(error instanceof Unrunnable)) throw error;
      refused.push({ rule: each.id, file: each.file, why: error.why });
    }
  }
  const done = new Set(rules.map((rule) => rule.id));
  const ordered: SigmaCorrelation[] = [];
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const [id, each] of waiting)
      if (each.rules.every((rule) => done.has(rule))) {
        ordered.push(each);
        done.add(id);
        waiting.delete(id);
      }
  }
  for (const each of waiting.values())
    refused.push({
      rule: each.id,
      file: each.file,
      why: text(
        'the correlation counts itself in a circle, or a correlation that does not run',
        'la correlación se cuenta a sí misma en círculo, o cuenta una correlación que no se ejecuta',
      ),
    });
  return { rules, correlations: ordered, unsupported: refused };
}
