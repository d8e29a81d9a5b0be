import { text } from '../../kernel/index.ts';
import type { Severity } from '../detection.ts';
import { type RuleFile, type SigmaHead, Unrunnable } from './rule.ts';
import { isList, type Plain, type PlainMap, scalarText } from './yaml.ts';

const LEVELS: readonly string[] = ['informational', 'low', 'medium', 'high', 'critical'];

/** Texts of a member that holds one or several; what is no text is left out. */
export const textsAt = (map: PlainMap, name: string): string[] =>
  (isList(map.get(name)) ? (map.get(name) as readonly Plain[]) : [map.get(name)])
    .map(scalarText)
    .filter((each) => each !== undefined && each !== '') as string[];
const line = (map: PlainMap, name: string): string => textsAt(map, name).join(', ').replace(/\s+/g, ' ').trim();

/** What a document says about itself. */
export function readHead(map: PlainMap, id: string, file: RuleFile): SigmaHead {
  const level = line(map, 'level').toLowerCase();
  const tags = textsAt(map, 'tags');
  return {
    id,
    file: file.path,
    uuid: line(map, 'id').toLowerCase(),
    name: line(map, 'name'),
    title: line(map, 'title') || id,
    description: line(map, 'description'),
    author: line(map, 'author'),
    licence: line(map, 'license') || line(map, 'licence') || (file.licence ?? ''),
    level: (LEVELS.includes(level) ? level : 'medium') as Severity,
    status: line(map, 'status').toLowerCase(),
    attack: [...new Set(tags.map((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase()).filter((each) => each !== undefined))],
    tags,
    references: textsAt(map, 'references'),
    falsepositives: textsAt(map, 'falsepositives'),
  };
}

/** @throws Unrunnable unless the rule is for CloudTrail */
export function checkLogsource(map: PlainMap): void {
  const source = map.get('logsource');
  const part = (name: string): string => (source instanceof Map ? (scalarText(source.get(name) as Plain) ?? '') : '').toLowerCase();
  const [product, service, category] = [part('product'), part('service'), part('category')];
  if (product === 'aws' && service === 'cloudtrail' && category === '') return;
  const named = [category, product, service].filter((each) => each !== '').join('/') || '-';
  throw new Unrunnable(text(`its log source is ${named}, not aws/cloudtrail`, `su fuente de registros es ${named}, no aws/cloudtrail`));
}
