import type { Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Entry {
  accessEntryArn?: string;
  principalArn?: string;
  createdAt?: string;
  modifiedAt?: string;
  kubernetesGroups?: string[];
  username?: string;
  type?: string;
}
const outsider = (principal: string, account: string | undefined): Reason[] => {
  const owner = /^arn:[^:]*:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
  if (owner === undefined || owner === account) return [];
  return [
    {
      code: 'outsider-trust',
      text: text(
        `lets a principal of another account into the cluster: ${oneLine(principal)}`,
        `deja entrar al clúster a un principal de otra cuenta: ${oneLine(principal)}`,
      ),
    },
  ];
};

/** Who may act inside a cluster: it outlives the key that wrote it down. Clusters that know only their ConfigMap have none. */
export const hunter: Hunter = {
  type: 'AWS::EKS::AccessEntry',
  scope: 'regional',
  title: text('Access entries of EKS clusters', 'Entradas de acceso de clústeres de EKS'),
  permissions: ['eks:ListClusters', 'eks:ListAccessEntries', 'eks:DescribeAccessEntry', 'eks:ListAssociatedAccessPolicies'],
  createdByEvents: ['CreateAccessEntry'],
  changedByEvents: ['UpdateAccessEntry', 'AssociateAccessPolicy'],
  names: ['accessEntryArn'],
  async *scan(ctx, region) {
    yield* each(listed<string>(ctx, 'eks', region, 'ListClusters', 'clusters'), async (clusterName) => {
      const found: Found[] = [];
      await unlessGone(async () => {
        for await (const principalArn of listed<string>(ctx, 'eks', region, 'ListAccessEntries', 'accessEntries', { clusterName })) {
          const input = { clusterName, principalArn };
          const answer = await unlessGone(() => read<{ accessEntry?: Entry }>(ctx, 'eks', region, 'DescribeAccessEntry', input));
          const one = answer?.accessEntry;
          if (one?.accessEntryArn === undefined) continue;
          const policies: string[] = [];
          for await (const { policyArn } of listed<{ policyArn?: string }>(
            ctx,
            'eks',
            region,
            'ListAssociatedAccessPolicies',
            'associatedAccessPolicies',
            input,
          ))
            if (policyArn !== undefined) policies.push(policyArn.split('/').at(-1) ?? policyArn);
          found.push(
            foundAt(ctx, 'AWS::EKS::AccessEntry', region, one.accessEntryArn, `${clusterName}: ${principalArn}`, {
              createdAt: time(one.createdAt),
              reasons: outsider(principalArn, ctx.facts.account),
              detail: present({
                cluster: clusterName,
                principal: principalArn,
                policies: policies.join(', '),
                groups: oneLine(one.kubernetesGroups?.join(', ')),
                kind: one.type,
              }),
            }),
          );
        }
      });
      return found;
    });
  },
};
