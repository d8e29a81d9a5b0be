import type { LabContext, LabError, Table } from '../contract.ts';

/**
 * Rows of one kind, in the region's tables or (for global services) in the account's. Reads never create the table: a lagging read
 * sees a copy.
 */
export interface Shelf<Row> {
  all(ctx: LabContext): Row[];
  find(ctx: LabContext, id: string | undefined): Row | undefined;
  /** @throws LabError the service's own "no such thing" */
  get(ctx: LabContext, id: string | undefined): Row;
  put(ctx: LabContext, id: string, row: Row): Row;
  drop(ctx: LabContext, id: string): void;
}

/**
 * @param name table, e.g. 'lambdaFunctions'
 * @param missing error of the service for an unknown id. @example (id) => new LabError('ResourceNotFoundException', `Function not found: ${id}`)
 */
export function shelf<Row>(name: string, missing: (id: string) => LabError, scope: 'region' | 'account' = 'region'): Shelf<Row> {
  const tables = (ctx: LabContext) => (scope === 'region' ? ctx.region.tables : ctx.account.tables);
  const table = (ctx: LabContext): Table => (Object.hasOwn(tables(ctx), name) ? tables(ctx)[name]! : {});
  const find = (ctx: LabContext, id: string | undefined): Row | undefined =>
    id !== undefined && Object.hasOwn(table(ctx), id) ? (table(ctx)[id] as Row) : undefined;
  return {
    all: (ctx) => Object.values(table(ctx)) as Row[],
    find,
    get(ctx, id) {
      const row = find(ctx, id);
      if (row === undefined) throw missing(id ?? '');
      return row;
    },
    put(ctx, id, row) {
      tables(ctx)[name] ??= {};
      tables(ctx)[name]![id] = row;
      return row;
    },
    drop(ctx, id) {
      delete tables(ctx)[name]?.[id];
    },
  };
}
