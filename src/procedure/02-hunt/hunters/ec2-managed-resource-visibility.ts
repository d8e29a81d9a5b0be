import { codeOf } from '../../../engine/outcome.ts';
import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { isAwsFailure } from '../../shared/reading.ts';
import { read } from '../hunting/calls.ts';
import { ec2Setting, present } from '../hunting/found.ts';

const TYPE = 'AWS::EC2::ManagedResourceVisibility';
const NOUN = 'managed-resource-visibility';

/**
 * Whether the account's lists leave out what AWS services manage in it, since 2026: a setting in each region, for which CloudFormation
 * has no type. The hunters ask for those resources all the same; a person who looks in the console does not see them.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Visibility of managed resources', 'Visibilidad de recursos gestionados'),
  permissions: ['ec2:GetManagedResourceVisibility'],
  createdByEvents: ['ModifyManagedResourceVisibility'],
  names: ['defaultVisibility'],
  single: true,
  arn: (_id, { partition, region, account }) => `arn:${partition}:ec2:${region}:${account}:${NOUN}/account`,
  async *scan(ctx, region) {
    let state: string | undefined;
    try {
      state = (await read<{ Visibility?: { DefaultVisibility?: string } }>(ctx, 'ec2', region, 'GetManagedResourceVisibility')).Visibility?.DefaultVisibility;
    } catch (error) {
      // Where the call does not exist nothing can be hidden by it.
      if (isAwsFailure(error) && /^(InvalidAction|UnknownOperation|UnsupportedOperation)/.test(codeOf(error))) return;
      throw error;
    }
    if (state === undefined) return;
    const why = text('lists leave out what AWS services manage here', 'las listas omiten lo que gestionan los servicios de AWS');
    const reasons: Reason[] = state === 'hidden' ? [{ code: 'hidden', text: why }] : [];
    yield ec2Setting(ctx, TYPE, NOUN, region, {
      aliases: [state],
      detail: present({ state: oneLine(state, 40) }),
      reasons,
    });
  },
};
