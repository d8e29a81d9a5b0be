import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { read } from '../hunting/calls.ts';
import { ec2Setting, present } from '../hunting/found.ts';

const TYPE = 'AWS::EC2::ImageBlockPublicAccess';
const NOUN = 'image-block-public-access';

/** Whether images may be made public: a setting of the account in each region, for which CloudFormation has no type. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Block on public machine images', 'Bloqueo de imágenes de máquina públicas'),
  permissions: ['ec2:GetImageBlockPublicAccessState'],
  createdByEvents: ['DisableImageBlockPublicAccess', 'EnableImageBlockPublicAccess'],
  names: ['imageBlockPublicAccessState'],
  single: true,
  arn: (_id, { partition, region, account }) => `arn:${partition}:ec2:${region}:${account}:${NOUN}/account`,
  async *scan(ctx, region) {
    const answer = await read<{ ImageBlockPublicAccessState?: string; ManagedBy?: string }>(ctx, 'ec2', region, 'GetImageBlockPublicAccessState');
    const state = answer.ImageBlockPublicAccessState;
    if (state === undefined) return;
    yield ec2Setting(ctx, TYPE, NOUN, region, { aliases: [state], detail: present({ state: oneLine(state, 40), managedBy: answer.ManagedBy }) });
  },
};
