import { codeOf } from '../../../engine/outcome.ts';
import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { isAwsFailure } from '../../shared/reading.ts';
import { read } from '../hunting/calls.ts';
import { arnFor, foundAt, time } from '../hunting/found.ts';

const TYPE = 'AWS::Glue::ResourcePolicy';
interface Policy {
  PolicyInJson?: string;
  CreateTime?: string;
}

/**
 * Who outside may read the data catalogue, or change it. One policy a region opens the data catalogue. Its events name nothing: AWS's
 * dates place it.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Glue catalogue policies', 'Políticas del catálogo de Glue'),
  permissions: ['glue:GetResourcePolicy'],
  createdByEvents: ['PutResourcePolicy'],
  names: ['resourceArn', 'policyHash'],
  single: true,
  async *scan(ctx, region) {
    let policy: Policy & { PolicyHash?: string };
    try {
      policy = await read(ctx, 'glue', region, 'GetResourcePolicy');
    } catch (error) {
      if (isAwsFailure(error) && codeOf(error) === 'EntityNotFound') return;
      throw error;
    }
    if (policy.PolicyInJson === undefined) return;
    const who = outsiders(policy.PolicyInJson, ctx.facts.account);
    yield foundAt(ctx, TYPE, region, arnFor(ctx, 'glue', region, 'catalog'), 'catalog', {
      createdAt: time(policy.CreateTime),
      // The answer of PutResourcePolicy names the policy by its hash.
      aliases: policy.PolicyHash === undefined ? [] : [policy.PolicyHash],
      reasons: outsideReasons(who),
      detail: outsideDetail(who),
    });
  },
};
