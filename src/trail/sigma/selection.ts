import { text } from '../../kernel/index.ts';
import { readCondition } from './condition.ts';
import type { Placeholders } from './encode.ts';
import { readItem } from './item.ts';
import { type Logic, Unrunnable } from './rule.ts';
import { isList, isPlainMap, type Plain, type PlainMap, scalarText } from './yaml.ts';

/**
 * The detection section of a rule as one tree. A selection is a map (all of its fields), a list of maps (any of them), or words to look for
 * in the whole record.
 * @throws Unrunnable
 */
export function readDetection(detection: PlainMap, placeholders: Placeholders): Logic {
  const written = detection.get('condition');
  const conditions = (isList(written) ? written : [written ?? null]).map(scalarText);
  if (conditions.length === 0 || conditions.some((each) => each === undefined || each.trim() === ''))
    throw new Unrunnable(text('it has no condition', 'no tiene condición'));
  const selections = new Map<string, Logic>();
  let failure: unknown;
  for (const [name, value] of detection) {
    if (name === 'condition' || name === 'timeframe') continue;
    try {
      selections.set(name, readSelection(name, value, placeholders));
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  const all = conditions.map((each) => readCondition(each!, selections));
  if (detection.has('timeframe'))
    throw new Unrunnable(
      text(
        'it asks for several events within a timeframe, which was replaced by correlation rules',
        'pide varios sucesos dentro de un plazo (timeframe), sustituido por las reglas de correlación',
      ),
    );
  return all.length === 1 ? all[0]! : { op: 'or', of: all };
}

function readSelection(name: string, value: Plain, placeholders: Placeholders): Logic {
  if (isPlainMap(value)) {
    const of = [...value].map(([key, each]) => readItem(key, each, placeholders));
    if (of.length === 0) throw new Unrunnable(text(`the selection “${name}” is empty`, `la selección «${name}» está vacía`));
    return of.length === 1 ? of[0]! : { op: 'and', of };
  }
  if (isList(value)) {
    if (value.length === 0) throw new Unrunnable(text(`the selection “${name}” is empty`, `la selección «${name}» está vacía`));
    const of = value.map((each) => {
      if (isList(each)) throw new Unrunnable(text(`the selection “${name}” has a list in a list`, `la selección «${name}» tiene una lista en una lista`));
      return readSelection(name, each, placeholders);
    });
    return of.length === 1 ? of[0]! : { op: 'or', of };
  }
  const keyword = scalarText(value);
  if (keyword === undefined || keyword === '') throw new Unrunnable(text(`the selection “${name}” is empty`, `la selección «${name}» está vacía`));
  return readItem('', keyword, placeholders);
}
