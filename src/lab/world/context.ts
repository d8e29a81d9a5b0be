import { createHmac } from 'node:crypto';
import { type Account, type Caller, type LabContext, LabError, type World } from '../contract.ts';
import { letters, resourceId, uuid } from './ids.ts';
import { readRegion } from './journal.ts';
import { accountOf, worldNow } from './state.ts';

export interface ContextOptions {
  account: Account | string;
  caller: Caller;
  region: string;
  requestId: string;
  request: { ip: string; userAgent: string };
  /** A read may see EC2 as it was a moment ago. */
  read: boolean;
  /** Signing name; decides the code of an invalid page token, and only EC2 reads lag. Default ec2. */
  service?: string;
}

/** The code and message with which each service refuses a page token that it did not make. */
const badToken: Record<string, [code: string, message: string]> = {
  ec2: ['InvalidNextToken', 'The specified token is not valid.'],
  iam: ['ValidationError', 'Invalid Marker.'],
  cloudtrail: ['InvalidNextTokenException', 'Invalid token.'],
  ssm: ['InvalidNextToken', 'The specified token is not valid.'],
  account: ['ValidationException', 'Invalid NextToken.'],
};
const seal = (world: World, offset: number): string => createHmac('sha256', world.seed).update(`page|${offset}`).digest('hex').slice(0, 16);

/** What a behaviour gets beside its input. */
export function makeContext(world: World, options: ContextOptions): LabContext {
  const account = typeof options.account === 'string' ? accountOf(world, options.account) : options.account;
  const service = options.service ?? 'ec2';
  const live = account.regions[options.region];
  if (!live) throw new Error(`account ${account.id} has no region ${options.region}`);
  return {
    world,
    account,
    region: options.read && service === 'ec2' ? readRegion(world, account, live) : live,
    caller: options.caller,
    requestId: options.requestId,
    request: options.request,
    now: () => worldNow(world),
    due: (seconds) => worldNow(world) + Math.round((seconds * 1000) / world.settings.speed),
    id: (prefix) => resourceId(world, prefix),
    letters: (n) => letters(world, n),
    uuid: () => uuid(world),
    page(items, token, max, defaults) {
      let offset = 0;
      if (token !== undefined) {
        const [at, mark] = Buffer.from(token, 'base64url').toString('latin1').split('.');
        offset = Number(at);
        if (!Number.isSafeInteger(offset) || mark !== seal(world, offset)) {
          const [code, message] = badToken[service] ?? ['ValidationException', 'Invalid NextToken.'];
          throw new LabError(code, message, { status: 400 });
        }
      }
      const size = Math.min(max ?? defaults?.size ?? 1000, world.settings.pageSize || Number.POSITIVE_INFINITY);
      const end = offset + size;
      const next = end < items.length ? Buffer.from(`${end}.${seal(world, end)}`, 'latin1').toString('base64url') : undefined;
      return { items: items.slice(offset, end), next };
    },
  };
}
