import { text } from '../../kernel/index.ts';
import { readCorrelation, type UnresolvedCorrelation } from './correlation.ts';
import type { Placeholders } from './encode.ts';
import { applyFilter, readFilter, type SigmaFilter } from './filter.ts';
import { checkLogsource, readHead } from './head.ts';
import { resolve } from './resolve.ts';
import { mention, type RuleFile, type RuleSet, type SigmaRule, Unrunnable, type Unsupported } from './rule.ts';
import { readDetection } from './selection.ts';
import { isPlainMap, type Plain, type PlainMap, readYaml } from './yaml.ts';

const MOST_RULES = 20_000;
const MOST_FILTERS = 100;

/**
 * Reads Sigma documents: rules, correlations and filters, several to a file or one. Never throws for what stands in them: a document that
 * cannot run is listed in `unsupported` with the reason, and the rest loads.
 * @param placeholders values for `%name%` under the `expand` modifier
 */
export function readRules(files: readonly RuleFile[], placeholders: Placeholders = {}): RuleSet {
  const rules: SigmaRule[] = [];
  const correlations: UnresolvedCorrelation[] = [];
  const filters: SigmaFilter[] = [];
  const unsupported: Unsupported[] = [];
  const counts = new Map<string, number>();
  const known = new Map<string, string>();
  for (const file of files) {
    const stem = stemOf(file.path);
    for (const document of readYaml(file.text.replace(/^\uFEFF/, ''))) {
      const count = (counts.get(stem) ?? 0) + 1;
      counts.set(stem, count);
      const id = count === 1 ? stem : `${stem}#${count}`;
      try {
        if ('why' in document) throw document.why;
        if (rules.length + correlations.length >= MOST_RULES) throw new Unrunnable(text('more than 20,000 rules were given', 'se dieron más de 20 000 reglas'));
        if (!isPlainMap(document.value)) throw new Unrunnable(text('it is no Sigma document', 'no es un documento Sigma'));
        const map = document.value;
        if (map.has('action')) throw new Unrunnable(text('it uses the old rule collections (action)', 'usa las antiguas colecciones de reglas (action)'));
        if (isPlainMap(map.get('correlation'))) correlations.push(readCorrelation(map, readHead(map, id, file)));
        else if (isPlainMap(map.get('filter'))) {
          if (filters.length >= MOST_FILTERS) throw new Unrunnable(text('more than 100 filters were given', 'se dieron más de 100 filtros'));
          filters.push(readFilter(map, readHead(map, id, file), placeholders));
        } else {
          const rule = readRule(map, id, file, placeholders);
          const twin = rule.uuid === '' ? undefined : `${rule.uuid} ${rule.detection}`;
          const first = twin === undefined ? undefined : known.get(twin);
          if (first !== undefined)
            throw new Unrunnable(text(`it is the same rule as ${first}, which runs`, `es la misma regla que ${first}, que sí se ejecuta`));
          if (twin !== undefined) known.set(twin, id);
          rules.push(rule);
        }
      } catch (error) {
        unsupported.push({ rule: id, file: file.path, why: whyOf(error) });
      }
    }
  }
  for (const filter of filters) {
    const applied = applyFilter(filter, rules);
    if (applied === 0)
      unsupported.push({
        rule: filter.head.id,
        file: filter.head.file,
        why: text('the filter names no rule that was loaded', 'el filtro no nombra ninguna regla cargada'),
      });
  }
  return resolve(rules, correlations, unsupported);
}

function readRule(map: PlainMap, id: string, file: RuleFile, placeholders: Placeholders): SigmaRule {
  const detection = map.get('detection');
  if (!isPlainMap(detection)) throw new Unrunnable(text('it has no detection section', 'no tiene sección detection'));
  checkLogsource(map);
  const head = readHead(map, id, file);
  const logic = readDetection(detection, placeholders);
  if (head.status === 'unsupported')
    throw new Unrunnable(text('its own author marks it as unsupported', 'su propio autor la marca como no admitida (unsupported)'));
  const fields = new Set<string>();
  mention(logic, fields);
  return { ...head, fields: [...fields].filter((each) => each !== ''), keywords: fields.has(''), logic, detection: JSON.stringify(jsonOf(detection)) };
}

export const stemOf = (path: string): string =>
  path
    .replace(/^.*[\\/]/, '')
    .replace(/\.ya?ml$/i, '')
    .slice(0, 200) || 'rule';
const whyOf = (error: unknown): Unsupported['why'] => {
  if (error instanceof Unrunnable) return error.why;
  if (error instanceof RangeError) return text('it is nested too deeply', 'está anidada demasiado hondo');
  throw error;
};
/** Pairs instead of objects: keys of hostile files stay data. */
function jsonOf(value: Plain): unknown {
  if (isPlainMap(value)) return [...value].map(([key, each]) => [key, jsonOf(each)]);
  if (Array.isArray(value)) return value.map(jsonOf);
  return typeof value === 'object' && value !== null ? (value as { digits: string }).digits : value;
}
