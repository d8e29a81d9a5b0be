import { members, requiredMembers, type Schema } from './wire/schema.ts';

/** The smallest value a schema accepts: required members only, empty lists, empty strings. What a lying service answers. */
export function plausible(schema: Schema): unknown {
  if (schema.isStructSchema()) {
    const required = new Set(requiredMembers(schema));
    return Object.fromEntries([...members(schema)].filter(([name]) => required.has(name)).map(([name, member]) => [name, plausible(member)]));
  }
  if (schema.isListSchema()) return [];
  if (schema.isMapSchema()) return {};
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 0;
  if (schema.isBigIntegerSchema()) return 0n;
  if (schema.isTimestampSchema()) return new Date(0);
  if (schema.isBlobSchema()) return Buffer.alloc(0);
  return '';
}
