import { resolve } from 'node:path';
import { detections } from '../../../generated/trail.ts';
import { plainText } from '../../../i18n/index.ts';
import { AplombError, EXIT, type JsonObject, type Text, text } from '../../../kernel/index.ts';
import { detectOwn } from '../../../trail/detect/own.ts';
import { detectSigma, type SigmaFound } from '../../../trail/detect/sigma.ts';
import type { Hit, Severity } from '../../../trail/detection.ts';
import { type RuleSet, readRulesFrom } from '../../../trail/sigma/index.ts';
import type { TrailStore } from '../../../trail/store/open.ts';
import type { Io } from '../../io.ts';
import { paint } from '../../render/paint.ts';
import { type Command, flag, list, string } from '../../spec.ts';
import { openTrail } from '../../trail/case.ts';

export const brief = text('What looks like an attack: own detections, or your Sigma rules', 'Qué parece un ataque: detecciones propias, o sus reglas Sigma');
export const order = 101;

const SEVERITIES: readonly Severity[] = ['informational', 'low', 'medium', 'high', 'critical'];
const WORDS: Readonly<Record<Severity, Text>> = {
  informational: text('note', 'nota'),
  low: text('low', 'baja'),
  medium: text('medium', 'media'),
  high: text('high', 'alta'),
  critical: text('CRITICAL', 'CRÍTICA'),
};
/** Events named for each rule in the result. */
const NAMED = 20;

/** A rule and what it found. */
interface Row {
  readonly rule: string;
  readonly title: string;
  readonly author: string;
  readonly severity: Severity;
  readonly attack: readonly string[];
  readonly count: number;
  readonly attempts: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly examples: readonly { readonly why: Text; readonly events: readonly number[]; readonly attempt: boolean; readonly caveat?: Text }[];
}

export const command: Command = {
  description: text(
    'Runs Aplomb’s own detections over the events that were loaded, or with --sigma the rules you bring and only those (--own runs both). A call that was refused is an attempt and says so. Sigma rules that cannot run are listed with the reason; authors’ names are kept with every hit.',
    'Aplica las detecciones propias de Aplomb a los eventos cargados, o con --sigma las reglas que usted traiga y solo esas (--own aplica ambas). Una llamada rechazada es un intento y así se dice. Las reglas Sigma que no se pueden ejecutar se enumeran con el motivo; los nombres de sus autores acompañan a cada acierto.',
  ),
  flags: {
    sigma: {
      kind: 'list',
      placeholder: 'DIR',
      brief: text('Sigma rules: a file or a folder (repeatable)', 'Reglas Sigma: un fichero o una carpeta (repetible)'),
    },
    placeholder: {
      kind: 'list',
      placeholder: 'NAME=VALUE',
      brief: text('A value for %NAME% in Sigma rules (repeatable)', 'Un valor para %NAME% en las reglas Sigma (repetible)'),
    },
    own: { kind: 'boolean', brief: text('Own detections too, beside --sigma', 'También las detecciones propias, además de --sigma') },
    strict: {
      kind: 'boolean',
      brief: text(
        'Leave out Sigma hits on refused calls and of rules known to be wrong',
        'Omitir aciertos Sigma en llamadas rechazadas y de reglas que se sabe erróneas',
      ),
    },
    min: {
      kind: 'string',
      placeholder: 'LEVEL',
      brief: text('Show from this severity: low, medium, high, critical', 'Mostrar desde esta gravedad: low, medium, high, critical'),
    },
    list: {
      kind: 'boolean',
      brief: text('Only list the detections, with their ATT&CK techniques', 'Solo enumerar las detecciones, con sus técnicas de ATT&CK'),
    },
  },
  common: ['case'],
  examples: [
    { line: 'aplomb trail detect', why: text('what Aplomb itself finds', 'lo que encuentra el propio Aplomb') },
    {
      line: 'aplomb trail detect --sigma ./sigma/rules/cloud/aws',
      why: text('SigmaHQ’s rules for AWS, and no others', 'las reglas de SigmaHQ para AWS y ninguna más'),
    },
    {
      line: 'aplomb trail detect --sigma ./rules --placeholder Legitimate_Countries=ES --placeholder Legitimate_Countries=PT',
      why: text('rules that wait for values of yours', 'reglas que esperan valores suyos'),
    },
  ],
  async run(io, values) {
    if (flag(values, 'list')) return listed(io);
    const least = string(values, 'min') ?? 'informational';
    if (!SEVERITIES.includes(least as Severity))
      throw new AplombError('BadOption', `--min ${least.slice(0, 40)}: no severity`, { exit: EXIT.usage, fix: `One of: ${SEVERITIES.join(', ')}.` });
    const paths = list(values, 'sigma').map((path) => resolve(io.cwd, path));
    const given = placeholdersOf(list(values, 'placeholder'));
    if (paths.length === 0 && Object.keys(given).length > 0)
      throw new AplombError('BadOption', '--placeholder: there are no rules to put it into', { exit: EXIT.usage, fix: 'Name them with --sigma.' });
    const set = paths.length > 0 ? merged(await Promise.all(paths.map((path) => readRulesFrom(path, given)))) : undefined;
    if (set && set.rules.length + set.correlations.length === 0)
      throw new AplombError('NoRules', `no Sigma rule under ${paths.join(', ')} can be run`, {
        exit: EXIT.usage,
        fix:
          set.unsupported.length > 0
            ? `${set.unsupported.length} were found and cannot run; the first: ${set.unsupported[0]!.why.en}`
            : 'Name a folder with .yml rules for product aws, service cloudtrail.',
      });
    const { dir, store } = await openTrail(io, values);
    try {
      const own = set === undefined || flag(values, 'own');
      const named = own ? await Promise.all(Object.entries(detections).map(async ([id, load]) => ({ id, detection: await load() }))) : [];
      const rows = [...(own ? await ownRows(store, await detectOwn(store, named)) : [])];
      const sigma = set ? await detectSigma(store, set, { strict: flag(values, 'strict') }) : undefined;
      if (set && sigma) rows.push(...(await sigmaRows(store, set, sigma)));
      rows.sort(
        (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || (a.first ?? '').localeCompare(b.first ?? '') || (a.rule < b.rule ? -1 : 1),
      );
      const shown = rows.filter(({ severity }) => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least as Severity));
      const rules = named.length + (set ? set.rules.length + set.correlations.length : 0);
      if (!io.json) show(io, shown, rules, set);
      return {
        exit: EXIT.ok,
        result: {
          case: dir,
          rules,
          hitRules: shown.length,
          hits: shown.reduce((sum, { count }) => sum + count, 0),
          byRule: Object.fromEntries(shown.map(({ rule, count }) => [rule, count])),
          found: shown.map((row) => row as unknown as JsonObject),
          unsupported: (set?.unsupported ?? []).map(({ rule, file, why }) => ({ rule, file, why: why.en })),
        },
      };
    } finally {
      store.close();
    }
  },
};

function placeholdersOf(options: readonly string[]): Record<string, string[]> {
  const given: Record<string, string[]> = {};
  for (const option of options) {
    const [, name, value] = /^%?([\w.-]{1,100})%?=(.+)$/s.exec(option) ?? [];
    if (name === undefined || value === undefined)
      throw new AplombError('BadOption', `--placeholder ${option.slice(0, 80)}: no name and value`, {
        exit: EXIT.usage,
        fix: 'Write it as NAME=VALUE, once for each value: --placeholder Legitimate_Countries=ES',
      });
    if (!Object.hasOwn(given, name)) Object.defineProperty(given, name, { value: [], enumerable: true });
    given[name]!.push(value);
  }
  return given;
}

const merged = (sets: readonly RuleSet[]): RuleSet => ({
  rules: sets.flatMap(({ rules }) => rules),
  correlations: sets.flatMap(({ correlations }) => correlations),
  unsupported: sets.flatMap(({ unsupported }) => unsupported),
});

/** When the events of hits were, by number. */
async function timesOf(store: TrailStore, numbers: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const times = new Map<number, string>();
  for (let at = 0; at < numbers.length; at += 10_000)
    for (const row of await store.query(`SELECT n, eventTime FROM events WHERE n IN (${numbers.slice(at, at + 10_000).join(', ')})`))
      times.set(row.n as number, String(row.eventTime));
  return times;
}

async function ownRows(store: TrailStore, hits: readonly Hit[]): Promise<Row[]> {
  const times = await timesOf(store, [...new Set(hits.flatMap(({ events }) => [events[0]!, events.at(-1)!]))]);
  const rows = new Map<string, Hit[]>();
  for (const hit of hits) rows.set(hit.rule, [...(rows.get(hit.rule) ?? []), hit]);
  return [...rows].map(([rule, some]) => {
    const when = some
      .flatMap(({ events }) => [times.get(events[0]!) ?? '', times.get(events.at(-1)!) ?? ''])
      .filter((time) => time !== '')
      .sort();
    const worst = some.reduce((most, hit) => (SEVERITIES.indexOf(hit.severity) > SEVERITIES.indexOf(most.severity) ? hit : most));
    // What worked is shown before what was only tried.
    const examples = [...some].sort((a, b) => Number(a.attempt) - Number(b.attempt)).slice(0, 5);
    return {
      rule,
      title: worst.title,
      author: '',
      severity: worst.severity,
      attack: worst.attack,
      count: some.length,
      attempts: some.filter(({ attempt }) => attempt).length,
      first: when[0] ?? null,
      last: when.at(-1) ?? null,
      examples: examples.map(({ why, events, attempt }) => ({ why, events: events.slice(0, NAMED), attempt })),
    };
  });
}

async function sigmaRows(store: TrailStore, set: RuleSet, { byRule, correlations }: SigmaFound): Promise<Row[]> {
  const heads = new Map(set.rules.map((rule) => [rule.id, rule]));
  const rows: Row[] = byRule.map(({ rule, count, attempts, first, last, examples }) => {
    const { title, author, level, attack } = heads.get(rule)!;
    return {
      rule,
      title,
      author,
      severity: level,
      attack,
      count,
      attempts,
      first,
      last,
      examples: examples.map(({ why, events, attempt, caveat }) => ({ why, events, attempt, ...(caveat ? { caveat } : {}) })),
    };
  });
  const together = await ownRows(store, correlations);
  return [...rows, ...together.map((row) => ({ ...row, author: correlations.find(({ rule }) => rule === row.rule)?.author ?? '' }))];
}

async function listed(io: Io) {
  const named = await Promise.all(Object.entries(detections).map(async ([id, load]) => ({ id, ...(await load()) })));
  if (!io.json)
    for (const { id, title, severity, attack } of named)
      io.out(`${id.padEnd(36)} ${io.say(WORDS[severity]).padEnd(9)} ${attack.join(' ').padEnd(20)} ${io.say(title)}`);
  return {
    exit: EXIT.ok,
    result: {
      detections: named.map(({ id, title, severity, attack, apis }) => ({
        id,
        title: { ...title },
        severity,
        attack: [...attack],
        apis: [...apis],
      })) as JsonObject[],
    },
  };
}

function show(io: Io, rows: readonly Row[], rules: number, set: RuleSet | undefined): void {
  const ink = paint(io.colour);
  const es = io.lang === 'es';
  const colour: Record<Severity, (s: string) => string> = {
    informational: ink.dim,
    low: (s) => s,
    medium: ink.yellow,
    high: ink.red,
    critical: (s) => ink.bold(ink.red(s)),
  };
  for (const { rule, title, author, severity, attack, count, attempts, first, last, examples } of rows) {
    const tried = attempts > 0 ? (es ? `, ${attempts} solo intentos` : `, ${attempts} only attempts`) : '';
    io.out(`${colour[severity](io.say(WORDS[severity]).padEnd(9))} ${ink.bold(plainText(title, 100))}  ${ink.dim(attack.join(' '))}`);
    io.out(
      `          ${count}${tried}  ${first ?? '?'}${last && last !== first ? ` … ${last}` : ''}  ${ink.dim(plainText(rule, 80))}${author ? ink.dim(`  ${es ? 'autor' : 'author'}: ${plainText(author, 120)}`) : ''}`,
    );
    for (const { why, caveat } of examples.slice(0, 2)) {
      io.out(`          ${plainText(io.say(why), 240)}`);
      if (caveat) io.out(ink.dim(`          ${plainText(io.say(caveat), 240)}`));
    }
  }
  io.out(
    rows.length === 0
      ? es
        ? `Ninguna de ${rules} reglas encontró nada.`
        : `None of ${rules} rules found anything.`
      : es
        ? `${rows.length} de ${rules} reglas con aciertos.`
        : `${rows.length} of ${rules} rules hit.`,
  );
  if (set && set.unsupported.length > 0) {
    io.out(es ? `${set.unsupported.length} reglas no se pueden ejecutar:` : `${set.unsupported.length} rules cannot be run:`);
    for (const { rule, why } of set.unsupported.slice(0, 12)) io.out(ink.dim(`  ${plainText(rule, 80)}: ${plainText(io.say(why), 160)}`));
    if (set.unsupported.length > 12) io.out(ink.dim('  …'));
  }
}
