import { type LabContext, LabError } from '../../contract.ts';

/** Amazon Lightsail. Times are epoch milliseconds. Source of the words: Amazon Lightsail API Reference. */
export const invalid = (message: string): LabError => new LabError('InvalidInputException', message);
export const notFound = (kind: string, name: string): LabError => new LabError('NotFoundException', `The ${kind} does not exist: ${name}`);
export const NAME = { pattern: '\\w[\\w\\-]*\\w' };
export const arn = (ctx: LabContext, kind: string, id: string): string => `arn:aws:lightsail:${ctx.region.name}:${ctx.account.id}:${kind}/${id}`;
/** What every change answers with; Lightsail's changes end at once here. */
export const operation = (ctx: LabContext, operationType: string, resourceType: string, resourceName: string, zone = 'all') => ({
  id: ctx.uuid(),
  resourceName,
  resourceType,
  createdAt: new Date(ctx.now()),
  location: { availabilityZone: zone, regionName: ctx.region.name },
  isTerminal: true,
  operationDetails: '',
  operationType,
  status: 'Succeeded',
  statusChangedAt: new Date(ctx.now()),
});
/** Lightsail pages with `pageToken` and `nextPageToken`. */
export const paged = <T>(ctx: LabContext, rows: T[], token: string | undefined): { items: T[]; nextPageToken: string | undefined } => {
  const { items, next } = ctx.page(rows, token, undefined, { size: 100 });
  return { items, nextPageToken: next };
};
