import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { date, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';
import { byKey, homeOf, isManaged, KEY_ID, keyArn, keyOf, LIMIT, paged, usable } from './key-model.ts';

/** Grants (AWS KMS Developer Guide, "Grants in AWS KMS"). They lie with the key, in its owner's account. */

interface Grant {
  id: string;
  key: string;
  grantee: string;
  retiring?: string;
  operations: string[];
  constraints?: any;
  name?: string;
  issuer: string;
  created: number;
}
const grants = shelf<Grant>('kmsGrants', (id) => new LabError('NotFoundException', `Grant ${id} does not exist`));
const PRINCIPAL = { length: [1, 256] as [number, number], pattern: '^[\\w+=,.@:/-]+$' };
const GRANT_ID = { length: [1, 128] as [number, number] };
const dry = (input: any): void => {
  if (input.DryRun) throw new LabError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.', { status: 412 });
};
const view = (ctx: LabContext, one: Grant) => ({
  KeyId: keyArn(ctx, one.key),
  GrantId: one.id,
  ...(one.name === undefined ? {} : { Name: one.name }),
  CreationDate: date(one.created),
  GranteePrincipal: one.grantee,
  ...(one.retiring === undefined ? {} : { RetiringPrincipal: one.retiring }),
  IssuingAccount: `arn:aws:iam::${ctx.account.id}:root`,
  Operations: one.operations,
  ...(one.constraints === undefined ? {} : { Constraints: one.constraints }),
});
const tokenOf = (id: string): string => Buffer.from(id, 'hex').toString('base64');
/** The account of a principal in an ARN; undefined where it is no IAM or STS principal. */
const accountOf = (principal: string): string | undefined => /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];

export const operations: LabOperations = {
  /** The same name with the same parameters answers with the same grant; without a name each call makes another. */
  CreateGrant: {
    constraints: {
      KeyId: KEY_ID,
      GranteePrincipal: PRINCIPAL,
      RetiringPrincipal: PRINCIPAL,
      Name: { length: [1, 256], pattern: '^[a-zA-Z0-9:/_-]+$' },
    },
    resources: byKey,
    run(input, caller) {
      const ctx = homeOf(caller, input.KeyId);
      const key = usable(ctx, keyOf(ctx, input.KeyId, false));
      if (key.state === 'Disabled') throw new LabError('DisabledException', `${keyArn(ctx, key.id)} is disabled.`);
      if (accountOf(input.GranteePrincipal ?? '') === undefined) throw new LabError('InvalidArnException', 'ARN does not refer to a valid principal');
      dry(input);
      const same = grants
        .all(ctx)
        .find((one) => input.Name !== undefined && one.key === key.id && one.name === input.Name && one.grantee === input.GranteePrincipal);
      const id = same?.id ?? `${ctx.uuid()}${ctx.uuid()}`.replaceAll('-', '');
      grants.put(ctx, id, {
        id,
        key: key.id,
        grantee: input.GranteePrincipal,
        operations: [...input.Operations],
        issuer: ctx.caller.arn,
        created: same?.created ?? ctx.now(),
        ...(input.RetiringPrincipal === undefined ? {} : { retiring: input.RetiringPrincipal }),
        ...(input.Constraints === undefined ? {} : { constraints: plain(input.Constraints) }),
        ...(input.Name === undefined ? {} : { name: input.Name }),
      });
      return { GrantId: id, GrantToken: tokenOf(id) };
    },
  },
  ListGrants: {
    constraints: { KeyId: KEY_ID, Limit: LIMIT, GrantId: GRANT_ID, GranteePrincipal: PRINCIPAL },
    resources: byKey,
    run(input, caller) {
      // The managed key of EBS has no row; what EBS grants itself under it is not shown here.
      if (isManaged(caller, input.KeyId)) return { Grants: [], Truncated: false };
      const ctx = homeOf(caller, input.KeyId);
      const key = keyOf(ctx, input.KeyId, false);
      const all = grants
        .all(ctx)
        .filter((one) => one.key === key.id && (input.GrantId ?? one.id) === one.id && (input.GranteePrincipal ?? one.grantee) === one.grantee);
      const { some, rest } = paged(ctx, all, input, 50);
      return { Grants: some.map((one) => view(ctx, one)), ...rest };
    },
  },
  ListRetirableGrants: {
    constraints: { Limit: LIMIT, RetiringPrincipal: PRINCIPAL },
    run(input, ctx) {
      const { some, rest } = paged(
        ctx,
        grants.all(ctx).filter((one) => one.retiring === input.RetiringPrincipal),
        input,
        50,
      );
      return { Grants: some.map((one) => view(ctx, one)), ...rest };
    },
  },
  RevokeGrant: {
    constraints: { KeyId: KEY_ID, GrantId: GRANT_ID },
    resources: byKey,
    run(input, caller) {
      const ctx = homeOf(caller, input.KeyId);
      const key = keyOf(ctx, input.KeyId, false);
      if (grants.get(ctx, input.GrantId).key !== key.id) throw new LabError('NotFoundException', `Grant ${input.GrantId} does not exist`);
      dry(input);
      grants.drop(ctx, input.GrantId);
    },
  },
  /** By token, or by key and id; for the retiring principal, or a grantee that may RetireGrant. */
  RetireGrant: {
    constraints: { KeyId: KEY_ID, GrantId: GRANT_ID, GrantToken: { length: [1, 8192] } },
    run(input, caller) {
      const ctx = input.KeyId === undefined ? caller : homeOf(caller, input.KeyId);
      const grant = grants.all(ctx).find((one) => (input.GrantToken === undefined ? one.id === input.GrantId : tokenOf(one.id) === input.GrantToken));
      if (!grant) throw new LabError(input.GrantToken === undefined ? 'NotFoundException' : 'InvalidGrantTokenException', 'The grant does not exist.');
      const { arn, roleName, account } = caller.caller;
      const me = [arn, `arn:aws:iam::${account}:root`, ...(roleName === undefined ? [] : [`arn:aws:iam::${account}:role/${roleName}`])];
      if (!me.includes(grant.retiring ?? '') && !(me.includes(grant.grantee) && grant.operations.includes('RetireGrant')))
        throw new LabError('AccessDeniedException', `User: ${arn} is not authorized to perform: kms:RetireGrant on this grant`, { status: 400 });
      dry(input);
      grants.drop(ctx, grant.id);
    },
  },
};
