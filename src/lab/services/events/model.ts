import { type LabContext, LabError } from '../../contract.ts';
import { shelf } from '../shelf.ts';

/** Rows of Amazon EventBridge. Times are epoch milliseconds. Source of the words: Amazon EventBridge API Reference. */
export interface BusRow {
  name: string;
  arn: string;
  description?: string;
  created: number;
  modified: number;
  /** Resource policy: its statements. */
  policy: Record<string, any>[];
}
export interface RuleRow {
  name: string;
  arn: string;
  bus: string;
  state: string;
  schedule?: string;
  pattern?: string;
  description?: string;
  role?: string;
  createdBy: string;
  targets: Record<string, any>[];
}
export const notFound = (message: string): LabError => new LabError('ResourceNotFoundException', message);
export const invalid = (message: string): LabError => new LabError('ValidationException', message, { status: 400 });
export const arn = (ctx: LabContext, kind: string, id: string): string => `arn:aws:events:${ctx.region.name}:${ctx.account.id}:${kind}/${id}`;

const made = shelf<BusRow>('eventBuses', (name) => notFound(`Event bus ${name} does not exist.`));
const DEFAULT = 'default';
const defaultBus = (ctx: LabContext): BusRow => ({ name: DEFAULT, arn: arn(ctx, 'event-bus', DEFAULT), created: 0, modified: 0, policy: [] });
/** A bus is named by its name or its ARN; every region has the default one, written down when it is first changed. */
const busName = (given: string | undefined): string => (given ?? DEFAULT).replace(/^arn:[^/]*:event-bus\//, '');
export const buses = {
  all: (ctx: LabContext): BusRow[] => [made.find(ctx, DEFAULT) ?? defaultBus(ctx), ...made.all(ctx).filter((row) => row.name !== DEFAULT)],
  find: (ctx: LabContext, given: string | undefined): BusRow | undefined => buses.all(ctx).find((row) => row.name === busName(given)),
  get(ctx: LabContext, given: string | undefined): BusRow {
    const row = buses.find(ctx, given);
    if (!row) throw notFound(`Event bus ${busName(given)} does not exist.`);
    return row;
  },
  /** For changing. */
  edit: (ctx: LabContext, given: string | undefined): BusRow => {
    const row = buses.get(ctx, given);
    return made.put(ctx, row.name, row);
  },
  put: made.put,
  drop: made.drop,
};
export const rules = shelf<RuleRow>('eventRules', (key) => notFound(`Rule ${key.split(' ')[1]} does not exist on EventBus ${key.split(' ')[0]}.`));
export const ruleKey = (bus: string, name: string): string => `${bus} ${name}`;
export const theRule = (ctx: LabContext, bus: string | undefined, name: string): RuleRow => rules.get(ctx, ruleKey(buses.get(ctx, bus).name, name));

export const NAME = { length: [1, 64] as [number, number], pattern: '[\\.\\-_A-Za-z0-9]+' };
export const LIMIT = { min: 1, max: 100 };
