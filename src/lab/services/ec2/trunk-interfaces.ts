import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { TrunkAssociation } from './network-rows.ts';
import { filtered, paged } from './query.ts';
import type { Interface } from './rows.ts';
import { arns, need, once, rowOf, rowsOf, writable } from './tables.ts';
import { tagsOf } from './tagging.ts';

const view = (ctx: LabContext, row: TrunkAssociation) => ({
  AssociationId: row.id,
  BranchInterfaceId: row.branchId,
  TrunkInterfaceId: row.trunkId,
  InterfaceProtocol: row.vlan === undefined ? 'GRE' : 'VLAN',
  VlanId: row.vlan,
  GreKey: row.greKey,
  Tags: tagsOf(ctx, row.id),
});
function get(ctx: LabContext, id: string): TrunkAssociation {
  const row = rowOf<TrunkAssociation>(ctx, 'trunkAssociations', id);
  if (!row) throw new LabError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
  return row;
}
const resources = (input: any, ctx: LabContext): string[] =>
  arns(
    ctx,
    'network-interface',
    [input.BranchInterfaceId, input.TrunkInterfaceId].filter((id) => id !== undefined),
  );

export const operations: LabOperations = {
  /** Branch interfaces have no attachment of their own: their traffic goes through the trunk's. */
  AssociateTrunkInterface: {
    async run(input, ctx) {
      const [id] = await once(ctx, 'AssociateTrunkInterface', input, () => {
        const branch = need<Interface>(ctx, 'interfaces', input.BranchInterfaceId);
        const trunk = need<Interface>(ctx, 'interfaces', input.TrunkInterfaceId);
        if (trunk.type !== 'trunk') throw new LabError('InvalidParameterValue', `The network interface ${trunk.id} is not a trunk interface.`);
        if (branch.type !== 'branch') throw new LabError('InvalidParameterValue', `The network interface ${branch.id} is not a branch interface.`);
        if ((input.VlanId === undefined) === (input.GreKey === undefined))
          throw new LabError('InvalidParameterCombination', 'Exactly one of VlanId and GreKey must be given.');
        const others = rowsOf<TrunkAssociation>(ctx, 'trunkAssociations');
        if (others.some((row) => row.branchId === branch.id))
          throw new LabError('Resource.AlreadyAssociated', `The branch interface ${branch.id} is already associated.`);
        if (others.some((row) => row.trunkId === trunk.id && row.vlan !== undefined && row.vlan === input.VlanId))
          throw new LabError('InvalidParameterValue', `The VLAN ${input.VlanId} is in use on ${trunk.id}.`);
        const row: TrunkAssociation = { id: ctx.id('trunk-assoc'), branchId: branch.id, trunkId: trunk.id, vlan: input.VlanId, greKey: input.GreKey };
        writable<TrunkAssociation>(ctx, 'trunkAssociations')[row.id] = row;
        return [row.id];
      });
      return { InterfaceAssociation: view(ctx, get(ctx, id!)), ClientToken: input.ClientToken };
    },
    resources,
  },
  DisassociateTrunkInterface: {
    run(input, ctx) {
      writable(ctx, 'trunkAssociations');
      const row = get(ctx, input.AssociationId);
      delete writable(ctx, 'trunkAssociations')[row.id];
      return { Return: true, ClientToken: input.ClientToken };
    },
  },
  DescribeTrunkInterfaceAssociations: {
    run(input, ctx) {
      const ids: string[] = input.AssociationIds ?? [];
      const asked = ids.length ? ids.map((id) => get(ctx, id)) : rowsOf<TrunkAssociation>(ctx, 'trunkAssociations');
      const rows = filtered(ctx, asked, input.Filters, {
        'gre-key': (row) => row.greKey,
        'interface-protocol': (row) => (row.vlan === undefined ? 'GRE' : 'VLAN'),
      });
      return paged(ctx, input, rows, 'InterfaceAssociations', (row) => view(ctx, row), { given: ids });
    },
    constraints: { MaxResults: { min: 5, max: 255 } },
  },
};
