import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import {
  accountEmail,
  addAccessRole,
  createAccount,
  type HandshakeRow,
  hex,
  infoOf,
  joinOrganization,
  letters,
  next32,
  type OrganizationRow,
} from '../../world/index.ts';
import { arnOf, constraint, managed, notFound, page, paged, readable } from './shared.ts';

const email = { length: [6, 64] as [number, number], pattern: '[^\\s@]+@[^\\s@]+\\.[^\\s@]+' };
const DAY = 86_400_000;
/** Members an organisation may have by default. */
const MOST = 10;

type Creation = OrganizationRow['creations'][string];
const creation = (ctx: LabContext, row: Creation): object => {
  const done = ctx.now() >= row.done;
  return {
    Id: row.id,
    AccountName: row.name,
    State: done ? 'SUCCEEDED' : 'IN_PROGRESS',
    RequestedTimestamp: new Date(row.requested),
    ...(done ? { CompletedTimestamp: new Date(row.done), AccountId: row.account } : {}),
  };
};
function freeNumber(ctx: LabContext): string {
  for (;;) {
    const id = String(100_000_000_000 + (next32(ctx.world) % 900_000) * 1_000_000 + (next32(ctx.world) % 1_000_000));
    if (!ctx.world.accounts[id]) return id;
  }
}
const handshake = (row: OrganizationRow, one: HandshakeRow): object => ({
  Id: one.id,
  Arn: arnOf(row, 'handshake', `invite/${one.id}`),
  Parties: [
    { Id: row.id.slice(2), Type: 'ORGANIZATION' },
    { Id: one.target, Type: one.targetType },
  ],
  State: one.state,
  RequestedTimestamp: new Date(one.requested),
  ExpirationTimestamp: new Date(one.expires),
  Action: 'INVITE',
  Resources: [
    { Type: 'ORGANIZATION', Value: row.id },
    { Type: one.targetType, Value: one.target },
    ...(one.notes === undefined ? [] : [{ Type: 'NOTES', Value: one.notes }]),
  ],
});
/** An invitation as the invited account or the inviting organisation finds it. */
function invitation(ctx: LabContext, id: string): { row: OrganizationRow; one: HandshakeRow } {
  for (const account of Object.values(ctx.world.accounts)) {
    const row = account.tables.organization?.row as OrganizationRow | undefined;
    const one = row?.handshakes[id];
    if (row && one) return { row, one };
  }
  throw notFound('Handshake', "We can't find a handshake with the HandshakeId that you specified.");
}
const isFor = (ctx: LabContext, one: HandshakeRow): boolean => one.target === ctx.account.id || one.target === accountEmail(ctx.account);
function settle(ctx: LabContext, id: string, state: HandshakeRow['state'], by: 'invited' | 'inviting'): { Handshake: object } {
  const { row, one } = invitation(ctx, id);
  if (by === 'invited' ? !isFor(ctx, one) : row.management !== ctx.account.id)
    throw new LabError('AccessDeniedException', "You don't have permissions to access this resource.");
  if (one.state !== 'OPEN') throw new LabError('HandshakeAlreadyInStateException', 'The specified handshake is already in the requested state.');
  if (state === 'ACCEPTED') {
    if (ctx.account.tables.organization)
      throw new LabError('HandshakeConstraintViolationException', 'The account is already a member of an organization.', {
        fields: { Reason: 'ALREADY_IN_AN_ORGANIZATION' },
      });
    joinOrganization(ctx.world, row, ctx.account, 'INVITED');
  }
  one.state = state;
  return { Handshake: handshake(row, one) };
}
const handshakeId = { length: [0, 34] as [number, number], pattern: '^h-[0-9a-z]{8,32}$' };

export const operations: LabOperations = {
  CreateAccount: {
    constraints: {
      Email: email,
      AccountName: { length: [1, 50], pattern: '[\\u0020-\\u007E]+' },
      RoleName: { length: [0, 64], pattern: '[\\w+=,.@-]{1,64}' },
      IamUserAccessToBilling: { enum: ['ALLOW', 'DENY'] },
    },
    run(input, ctx) {
      const row = managed(ctx);
      if (Object.keys(row.members).length >= MOST) throw constraint('ACCOUNT_NUMBER_LIMIT_EXCEEDED', 'You have exceeded the allowed number of AWS accounts.');
      const account = createAccount(ctx.world, { id: freeNumber(ctx), name: input.AccountName });
      Object.assign(infoOf(account), { email: input.Email, created: ctx.now() });
      joinOrganization(ctx.world, row, account, 'CREATED');
      const { OrganizationAccountAccessRole: _, ...roles } = account.tables.roles!;
      if (input.RoleName !== undefined) {
        account.tables.roles = roles;
        addAccessRole(ctx.world, row, account, input.RoleName);
      }
      const id = `car-${hex(ctx.world, 32)}`;
      row.creations[id] = { id, name: input.AccountName, account: account.id, requested: ctx.now(), done: ctx.due(30) };
      return { CreateAccountStatus: creation(ctx, row.creations[id]) };
    },
  },
  DescribeCreateAccountStatus: {
    constraints: { CreateAccountRequestId: { length: [0, 36], pattern: '^car-[a-z0-9]{8,32}$' } },
    run(input, ctx) {
      const row = readable(ctx).creations[input.CreateAccountRequestId];
      if (!row) throw notFound('CreateAccountStatus', "We can't find a create account request with the CreateAccountRequestId that you specified.");
      return { CreateAccountStatus: creation(ctx, row) };
    },
  },
  ListCreateAccountStatus: {
    constraints: { 'States[]': { enum: ['IN_PROGRESS', 'SUCCEEDED', 'FAILED'] }, ...paged },
    run(input, ctx) {
      const all = Object.values(readable(ctx).creations).map((row) => creation(ctx, row) as { State: string });
      const { items, rest } = page(
        ctx,
        all.filter((one) => !input.States?.length || input.States.includes(one.State)),
        input,
      );
      return { CreateAccountStatuses: items, ...rest };
    },
  },
  InviteAccountToOrganization: {
    constraints: {
      'Target.Id': { length: [1, 64] },
      'Target.Type': { enum: ['ACCOUNT', 'ORGANIZATION', 'EMAIL', 'RESPONSIBILITY_TRANSFER'] },
      Notes: { length: [0, 1024] },
    },
    run(input, ctx) {
      const row = managed(ctx);
      const { Id, Type } = input.Target;
      if (row.members[Id])
        throw new LabError('HandshakeConstraintViolationException', 'The account is already a member of your organization.', {
          fields: { Reason: 'ALREADY_IN_AN_ORGANIZATION' },
        });
      if (Object.values(row.handshakes).some((one) => one.target === Id && one.state === 'OPEN'))
        throw new LabError('DuplicateHandshakeException', 'A handshake with the same action and target already exists.');
      const id = `h-${letters(ctx.world, 10).toLowerCase()}`;
      row.handshakes[id] = {
        id,
        target: Id,
        targetType: Type,
        state: 'OPEN',
        requested: ctx.now(),
        expires: ctx.now() + 15 * DAY,
        ...(input.Notes === undefined ? {} : { notes: input.Notes }),
      };
      return { Handshake: handshake(row, row.handshakes[id]) };
    },
  },
  AcceptHandshake: { constraints: { HandshakeId: handshakeId }, run: (input, ctx) => settle(ctx, input.HandshakeId, 'ACCEPTED', 'invited') },
  DeclineHandshake: { constraints: { HandshakeId: handshakeId }, run: (input, ctx) => settle(ctx, input.HandshakeId, 'DECLINED', 'invited') },
  CancelHandshake: { constraints: { HandshakeId: handshakeId }, run: (input, ctx) => settle(ctx, input.HandshakeId, 'CANCELED', 'inviting') },
  ListHandshakesForOrganization: {
    constraints: paged,
    run(input, ctx) {
      const row = readable(ctx);
      const { items, rest } = page(ctx, Object.values(row.handshakes), input);
      return { Handshakes: items.map((one) => handshake(row, one)), ...rest };
    },
  },
  ListHandshakesForAccount: {
    constraints: paged,
    run(input, ctx) {
      const all = Object.values(ctx.world.accounts).flatMap((account) => {
        const row = account.tables.organization?.row as OrganizationRow | undefined;
        return row ? Object.values(row.handshakes).flatMap((one) => (isFor(ctx, one) ? [handshake(row, one)] : [])) : [];
      });
      const { items, rest } = page(ctx, all, input);
      return { Handshakes: items, ...rest };
    },
  },
};
