import type { Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, present, read, time } from './describe.ts';
import { hostileReasons } from './ecs-hostile.ts';
import { unlessGone } from './lambda-gone.ts';
import { arnFor, foundAt } from './regional.ts';

interface Identifier {
  Name?: string;
  CreatedDate?: string;
  Owner?: string;
  DocumentType?: string;
  DocumentVersion?: string;
  DocumentFormat?: string;
  TargetType?: string;
}
function sharing(accounts: readonly string[], own: string | undefined): Reason[] {
  const others = accounts.filter((one) => one !== own);
  if (others.some((one) => one.toLowerCase() === 'all'))
    return [{ code: 'public', text: text('every AWS account may use this document', 'cualquier cuenta de AWS puede usar este documento') }];
  const named = others.slice(0, 5).map((one) => oneLine(one, 20));
  return others.length === 0
    ? []
    : [{ code: 'shared-outside', text: text(`shared with another account: ${named.join(', ')}`, `compartido con otra cuenta: ${named.join(', ')}`) }];
}

/** Documents of the account, with whom they are shared, and whether their newest content looks hostile. Not Amazon's. */
export const hunter: Hunter = {
  type: 'AWS::SSM::Document',
  scope: 'regional',
  title: text('Systems Manager documents', 'Documentos de Systems Manager'),
  permissions: ['ssm:ListDocuments', 'ssm:DescribeDocumentPermission', 'ssm:GetDocument'],
  createdByEvents: ['CreateDocument'],
  changedByEvents: ['UpdateDocument', 'UpdateDocumentDefaultVersion', 'ModifyDocumentPermission'],
  names: ['name'],
  arn: (id, { partition, region, account }) => `arn:${partition}:ssm:${region}:${account}:document/${id}`,
  async *scan(ctx, region) {
    const own = listed<Identifier>(ctx, 'ssm', region, 'ListDocuments', 'DocumentIdentifiers', {
      Filters: [{ Key: 'Owner', Values: ['Self'] }],
      MaxResults: 50,
    });
    yield* each(own, async (one): Promise<Found[]> => {
      const { Name } = one;
      if (Name === undefined) return [];
      const accounts: string[] = [];
      await unlessGone(async () => {
        const input = { Name, PermissionType: 'Share' };
        for await (const id of listed<string>(ctx, 'ssm', region, 'DescribeDocumentPermission', 'AccountIds', input)) accounts.push(id);
      });
      const content = await unlessGone(() => read<{ Content?: string }>(ctx, 'ssm', region, 'GetDocument', { Name, DocumentVersion: '$LATEST' }));
      return [
        foundAt(ctx, 'AWS::SSM::Document', region, arnFor(ctx, 'ssm', region, `document/${Name}`), Name, {
          createdAt: time(one.CreatedDate),
          reasons: [...sharing(accounts, ctx.facts.account), ...hostileReasons([content?.Content])],
          detail: {
            ...present({ kind: one.DocumentType, version: one.DocumentVersion, format: one.DocumentFormat, target: oneLine(one.TargetType) }),
            ...(accounts.length > 0 ? { sharedWith: accounts.slice(0, 50).map((id) => oneLine(id, 20)) } : {}),
          },
        }),
      ];
    });
  },
};
