import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { hex } from '../../world/index.ts';
import { type Attachment, iso, needPlan, supportCases } from './shared.ts';

interface AttachmentSet {
  id: string;
  expires: number;
  attachments: Attachment[];
}
const HOUR = 3_600_000;
const MOST = 3;
const MAX_BYTES = 5 * 1024 * 1024;

const sets = (ctx: LabContext): Record<string, AttachmentSet> => (ctx.account.tables.supportAttachmentSets ??= {}) as Record<string, AttachmentSet>;

/** What a set holds, at the moment it is used. @throws LabError AttachmentSetIdNotFound, AttachmentSetExpired */
export function attachmentsOf(ctx: LabContext, id: string | undefined): Attachment[] {
  if (id === undefined) return [];
  const set = Object.hasOwn(sets(ctx), id) ? sets(ctx)[id] : undefined;
  if (!set) throw new LabError('AttachmentSetIdNotFound', 'An attachment set with the specified ID could not be found.', { status: 400 });
  if (set.expires <= ctx.now()) throw new LabError('AttachmentSetExpired', 'The expiration time of the attachment set has passed.', { status: 400 });
  return set.attachments;
}

/** AWS Support API reference, "AddAttachmentsToSet": three attachments of 5 MB, for an hour. */
export const operations: LabOperations = {
  AddAttachmentsToSet: {
    mutates: true,
    run(input, ctx) {
      needPlan(ctx);
      const given = (input.attachments as { fileName?: string; data?: Uint8Array }[]).map(
        ({ fileName, data }): Attachment => ({ id: `attachment-${ctx.uuid()}`, fileName: fileName ?? '', data: Buffer.from(data ?? []).toString('base64') }),
      );
      const before = attachmentsOf(ctx, input.attachmentSetId);
      const tooLarge = given.some(({ data }) => Buffer.byteLength(data, 'base64') > MAX_BYTES);
      if (before.length + given.length > MOST || tooLarge)
        throw new LabError('AttachmentSetSizeLimitExceeded', 'A limit for the size of an attachment set has been exceeded.', { status: 400 });
      const id: string = input.attachmentSetId ?? `as-${hex(ctx.world, 32)}`;
      sets(ctx)[id] = { id, expires: ctx.now() + HOUR, attachments: [...before, ...given] };
      return { attachmentSetId: id, expiryTime: iso(ctx.now() + HOUR) };
    },
  },
  DescribeAttachment: {
    run(input, ctx) {
      needPlan(ctx);
      const all = Object.values(supportCases(ctx)).flatMap((row) => row.communications.flatMap((entry) => entry.attachments ?? []));
      const found = all.find(({ id }) => id === input.attachmentId);
      if (!found) throw new LabError('AttachmentIdNotFound', 'An attachment with the specified ID could not be found.', { status: 400 });
      return { attachment: { fileName: found.fileName, data: Buffer.from(found.data, 'base64') } };
    },
  },
};
