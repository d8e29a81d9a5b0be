import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';
import { sharedAmong, sharingReasons } from '../hunting/sharing.ts';
import { commandReasons } from '../hunting/startup-code.ts';

interface Identifier {
  Name?: string;
  CreatedDate?: string;
  Owner?: string;
  DocumentType?: string;
  DocumentVersion?: string;
  DocumentFormat?: string;
  TargetType?: string;
}

/**
 * Commands kept ready for many machines, and with whom they are shared. Documents of the account, with whom they are shared, and
 * whether their newest content looks hostile. Not Amazon's.
 */
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
          reasons: [
            ...sharingReasons(sharedAmong(accounts, ctx.facts.account), { en: 'use this document', es: 'usar este documento' }),
            ...commandReasons([content?.Content]),
          ],
          detail: {
            ...present({ kind: one.DocumentType, version: one.DocumentVersion, format: one.DocumentFormat, target: oneLine(one.TargetType) }),
            ...(accounts.length > 0 ? { sharedWith: accounts.slice(0, 50).map((id) => oneLine(id, 20)) } : {}),
          },
        }),
      ];
    });
  },
};
