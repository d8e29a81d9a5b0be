import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Tag } from './rows.ts';
import { tableOf, writable } from './tables.ts';

export const tagsOf = (ctx: LabContext, id: string): Tag[] => {
  const tags = tableOf<Tag[]>(ctx, 'tags');
  return Object.hasOwn(tags, id) ? (tags[id] ?? []) : [];
};

const MAX_TAGS = 50;
/** Sets tags, overwriting the values of keys that exist (Amazon EC2 User Guide, "Tag restrictions"). Checks all before it changes any. */
export function putTags(ctx: LabContext, ids: readonly string[], tags: readonly { Key?: string; Value?: string }[]): void {
  const wanted = new Map<string, string>();
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key.length < 1 || key.length > 128)
      throw new LabError('InvalidParameterValue', `Tag key exceeds the maximum length of 128 characters or is empty: '${key}'`);
    if (value.length > 256) throw new LabError('InvalidParameterValue', `Tag value exceeds the maximum length of 256 characters: '${value}'`);
    if (/^aws:/i.test(key)) throw new LabError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    if (wanted.has(key)) throw new LabError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    wanted.set(key, value);
  }
  const merged = ids.map((id) => {
    const after = new Map(tagsOf(ctx, id).map((tag) => [tag.Key, tag.Value]));
    for (const [key, value] of wanted) after.set(key, value);
    if ([...after.keys()].filter((key) => !key.startsWith('aws:')).length > MAX_TAGS)
      throw new LabError('TagLimitExceeded', `The maximum number of Tags for a resource has been reached: ${id}`);
    return [id, [...after].map(([Key, Value]) => ({ Key, Value }))] as const;
  });
  const table = writable<Tag[]>(ctx, 'tags');
  for (const [id, after] of merged) table[id] = after;
}

interface TagSpecification {
  ResourceType?: string;
  Tags?: { Key?: string; Value?: string }[];
}
/** Tags given at creation for resources of `kind`. A specification for a kind the call does not create is refused. */
export function creationTags(
  specifications: readonly TagSpecification[] | undefined,
  kind: string,
  allowed: readonly string[] = [kind],
): { Key?: string; Value?: string }[] {
  for (const { ResourceType: type } of specifications ?? [])
    if (!type || !allowed.includes(type)) throw new LabError('InvalidParameterValue', `'${type}' is not a valid taggable resource type for this operation.`);
  return (specifications ?? []).filter((specification) => specification.ResourceType === kind).flatMap((specification) => specification.Tags ?? []);
}
/** Tags a new resource. */
export function tagNew(ctx: LabContext, id: string, specifications: readonly TagSpecification[] | undefined, kind: string, allowed?: readonly string[]): void {
  const tags = creationTags(specifications, kind, allowed);
  if (tags.length) putTags(ctx, [id], tags);
}
/** Tags that only AWS can set. */
export function systemTags(ctx: LabContext, ids: readonly string[], tags: readonly Tag[]): void {
  const table = writable<Tag[]>(ctx, 'tags');
  for (const id of ids) table[id] = [...tagsOf(ctx, id).filter((old) => !tags.some((tag) => tag.Key === old.Key)), ...tags];
}
