import type { Collector } from '../../kernel/index.ts';
import { canonical, text } from '../../kernel/index.ts';
import { isIamName } from '../shared/names.ts';
import { diffIam, diffText } from './iam-diff.ts';
import { readIam } from './iam-read.ts';
import { IAM_READS, pictureBefore } from './iam-state.ts';

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** IAM as the response leaves it, and what differs from how it found it: its own changes, the attacker's, the colleagues'. */
export const collector: Collector = {
  id: 'iam-changes',
  step: 1,
  title: text('Keep IAM after containment, and what changed', 'Guardar IAM tras la contención, y lo que cambió'),
  permissions: IAM_READS,
  async *collect(ctx) {
    const before = await pictureBefore(ctx);
    // The same users as before, so that the two can be compared.
    const first = before ? Object.entries(before.users).flatMap(([name, user]) => (user.credentials && isIamName(name) ? [name] : [])) : [];
    const { picture: after, evidence } = await readIam(ctx, first);
    yield { name: 'IAM after containment', mediaType: 'application/json', data: bytes(`${canonical(after)}\n`), reading: evidence };
    if (!before) {
      yield { name: 'What changed in IAM', mediaType: 'text/plain', reading: [], unavailable: 'no picture of IAM was taken before containment' };
      return;
    }
    const found = diffIam(before, after);
    yield { name: 'What changed in IAM, as data', mediaType: 'application/json', data: bytes(`${canonical(found)}\n`), reading: evidence };
    yield { name: 'What changed in IAM', mediaType: 'text/plain', data: bytes(diffText(before, after, found)), reading: evidence };
  },
};
