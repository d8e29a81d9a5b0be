import type { ActionContext, Collector } from '../../kernel/index.ts';
import { canonical, text } from '../../kernel/index.ts';
import { isIamName } from '../shared/names.ts';
import { type IamPicture, readIam } from './iam-read.ts';

export const BEFORE = 'IAM before containment';
export const IAM_READS = [
  'iam:GetAccountAuthorizationDetails',
  'iam:ListServiceSpecificCredentials',
  'iam:ListAccessKeys',
  'iam:GetLoginProfile',
  'iam:ListMFADevices',
  'iam:ListSSHPublicKeys',
  'iam:ListSigningCertificates',
] as const;

/** The picture the case began with, or null when none was taken. */
export async function pictureBefore(ctx: Pick<ActionContext, 'kept'>): Promise<IamPicture | null> {
  const bytes = await ctx.kept(BEFORE);
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as IamPicture) : null;
}

/** IAM as the response found it: what comes to be later is seen against it. */
export const collector: Collector = {
  id: 'iam-state',
  step: 1,
  title: text('Keep IAM as it stands', 'Guardar el estado de IAM'),
  permissions: IAM_READS,
  async *collect(ctx) {
    const first = [ctx.facts.alarm.userName, ...Object.values(ctx.facts.observed).map((one) => (one as { userName?: unknown } | null)?.userName)].filter(
      isIamName,
    );
    const { picture, evidence } = await readIam(ctx, [...new Set(first)]);
    yield {
      name: BEFORE,
      mediaType: 'application/json',
      data: new TextEncoder().encode(`${canonical(picture)}\n`),
      reading: evidence,
      ...(picture.unread.length > 0 ? { note: text(`not complete: ${picture.unread.join('; ')}`, `incompleto: ${picture.unread.join('; ')}`) } : {}),
    };
  },
};
