import type { LabContext, LabOperations } from '../../contract.ts';
import { iamTables } from '../../world/index.ts';
import { arn, type ClusterRow, clusterResource, clusters, type EntryRow, entries, inUse, invalid, notFound, refused } from './model.ts';

const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const POLICY = /^arn:aws:eks::aws:cluster-access-policy\/AmazonEKS[A-Za-z]+$/;
const key = (cluster: string, principal: string): string => `${cluster} ${principal}`;
const of = (ctx: LabContext, cluster: string): EntryRow[] => entries.all(ctx).filter((row) => row.cluster === cluster);

function make(ctx: LabContext, cluster: ClusterRow, principal: string, rest: Partial<EntryRow>): EntryRow {
  const [, account = '', kind = '', name = ''] = /^arn:aws:iam::(\d{12}):(role|user|root)\/?(.*)$/.exec(principal) ?? [];
  const row: EntryRow = {
    cluster: cluster.name,
    principal,
    arn: arn(ctx, 'access-entry', `${cluster.name}/${kind}/${account}/${name.split('/').at(-1)}/${ctx.uuid()}`),
    groups: [],
    username: kind === 'role' ? `arn:aws:sts::${account}:assumed-role/${name.split('/').at(-1)}/{{SessionName}}` : principal,
    type: 'STANDARD',
    created: ctx.now(),
    modified: ctx.now(),
    policies: [],
    tags: {},
    ...rest,
  };
  return entries.put(ctx, key(cluster.name, principal), row);
}
/** Who makes a cluster is its first administrator, unless the request says otherwise. */
export function grantCreator(ctx: LabContext, cluster: ClusterRow): void {
  const { arn: caller, roleName, account } = ctx.caller;
  const principal = roleName === undefined ? caller : (iamTables(ctx.world.accounts[account]!).roles[roleName]?.arn ?? caller);
  make(ctx, cluster, principal, { policies: [{ arn: ADMIN, scope: { type: 'cluster', namespaces: [] }, at: ctx.now() }] });
}
function theEntry(ctx: LabContext, input: any): EntryRow {
  clusters.get(ctx, input.clusterName);
  const row = entries.find(ctx, key(input.clusterName, input.principalArn));
  if (!row) throw notFound(`The specified principalArn could not be found: ${input.principalArn}`);
  return row;
}
const view = (row: EntryRow) => ({
  clusterName: row.cluster,
  principalArn: row.principal,
  kubernetesGroups: row.groups,
  accessEntryArn: row.arn,
  createdAt: new Date(row.created),
  modifiedAt: new Date(row.modified),
  tags: row.tags,
  username: row.username,
  type: row.type,
});
const policyView = (one: EntryRow['policies'][number]) => ({
  policyArn: one.arn,
  accessScope: one.scope,
  associatedAt: new Date(one.at),
  modifiedAt: new Date(one.at),
});

export const operations: LabOperations = {
  CreateAccessEntry: {
    mutates: true,
    resources: clusterResource,
    run(input, ctx) {
      const cluster = clusters.get(ctx, input.clusterName);
      if (cluster.authentication === 'CONFIG_MAP')
        throw refused("The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.");
      const owner = /^arn:aws:iam::(\d{12}):(role|user|root)/.exec(input.principalArn)?.[1];
      if (owner === undefined) throw invalid(`The principalArn parameter format is not valid: ${input.principalArn}`);
      const account = ctx.world.accounts[owner];
      const known =
        account && [...Object.values(iamTables(account).users), ...Object.values(iamTables(account).roles)].some((one) => one.arn === input.principalArn);
      // Principals of other accounts cannot be looked up.
      if (owner === ctx.account.id && !known && !input.principalArn.endsWith(':root'))
        throw invalid('The specified principalArn is invalid: invalid principal.');
      if (entries.find(ctx, key(cluster.name, input.principalArn))) throw inUse('The specified access entry resource is already in use on this cluster.');
      return {
        accessEntry: view(
          make(ctx, cluster, input.principalArn, {
            groups: input.kubernetesGroups ?? [],
            type: input.type ?? 'STANDARD',
            tags: input.tags ?? {},
            ...(input.username === undefined ? {} : { username: input.username }),
          }),
        ),
      };
    },
  },
  ListAccessEntries: {
    constraints: { maxResults: { min: 1, max: 100 } },
    resources: clusterResource,
    run(input, ctx) {
      const cluster = clusters.get(ctx, input.clusterName);
      const rows = of(ctx, cluster.name).filter(
        (row) => input.associatedPolicyArn === undefined || row.policies.some((one) => one.arn === input.associatedPolicyArn),
      );
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { accessEntries: items.map((row) => row.principal), nextToken: next };
    },
  },
  DescribeAccessEntry: { run: (input, ctx) => ({ accessEntry: view(theEntry(ctx, input)) }) },
  AssociateAccessPolicy: {
    mutates: true,
    resources: clusterResource,
    run(input, ctx) {
      const row = theEntry(ctx, input);
      if (!POLICY.test(input.policyArn)) throw invalid(`The policyArn parameter format is not valid: ${input.policyArn}`);
      const one = {
        arn: input.policyArn,
        scope: { type: input.accessScope.type ?? 'cluster', namespaces: input.accessScope.namespaces ?? [] },
        at: ctx.now(),
      };
      row.policies = [...row.policies.filter((policy) => policy.arn !== one.arn), one];
      row.modified = ctx.now();
      return { clusterName: row.cluster, principalArn: row.principal, associatedAccessPolicy: policyView(one) };
    },
  },
  ListAssociatedAccessPolicies: {
    constraints: { maxResults: { min: 1, max: 100 } },
    run(input, ctx) {
      const row = theEntry(ctx, input);
      const { items, next } = ctx.page(row.policies, input.nextToken, input.maxResults, { size: 100 });
      return { clusterName: row.cluster, principalArn: row.principal, associatedAccessPolicies: items.map(policyView), nextToken: next };
    },
  },
  DisassociateAccessPolicy: {
    mutates: true,
    run(input, ctx) {
      const row = theEntry(ctx, input);
      row.policies = row.policies.filter((one) => one.arn !== input.policyArn);
      return {};
    },
  },
  DeleteAccessEntry: {
    run(input, ctx) {
      const row = theEntry(ctx, input);
      entries.drop(ctx, key(row.cluster, row.principal));
      return {};
    },
  },
};
