export { BUILT_IN, type BuiltIn } from './built-in.ts';
export { columnsOf, fieldOf } from './columns.ts';
export { comparison } from './fields.ts';
export { type Query, type Saved, savedQueries, savedQuery, saveQuery } from './saved.ts';
export { conditionOf, type Found, type Search, search } from './search.ts';
export { LONGEST_ANSWER, type Rows, sql } from './sql.ts';
