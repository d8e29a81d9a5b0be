import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

const TYPE = 'AWS::Bedrock::Guardrail';

/** What keeps models from certain answers: interesting when the key weakened or removed one. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Bedrock guardrails', 'Barreras de protección de Bedrock'),
  permissions: ['bedrock:ListGuardrails'],
  createdByEvents: ['CreateGuardrail'],
  changedByEvents: ['UpdateGuardrail'],
  names: ['guardrailId', 'guardrailArn', 'guardrailIdentifier'],
  async *scan(ctx, region) {
    type Guardrail = { id?: string; arn?: string; name?: string; createdAt?: string; status?: string };
    for await (const one of listed<Guardrail>(ctx, 'bedrock', region, 'ListGuardrails', 'guardrails', { maxResults: 1000 })) {
      if (one.arn === undefined || one.id === undefined) continue;
      yield foundAt(ctx, TYPE, region, one.arn, one.id, {
        createdAt: time(one.createdAt),
        detail: present({ name: oneLine(one.name, 63), status: one.status }),
      });
    }
  },
};
