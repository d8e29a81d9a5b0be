import { afterEach, beforeEach, expect, it } from 'vitest';
import { create } from '../../test/engine/plan.ts';
import { type Stand, stand } from '../../test/engine/stand.ts';
import type { Text } from '../kernel/index.ts';
import { approve } from './approval.ts';
import type { Approver, Session } from './session.ts';

const TITLE: Text = { en: 'Make a thing', es: 'Hacer algo' };
const planOf = (action: string) => ({ action, target: { thing: action }, steps: [create(action)] });
let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());

/** A person who reads for a moment before answering. */
function slowly(answer: (action: string) => 'terminal' | null): { session: Session; most: () => number } {
  let [open, most] = [0, 0];
  const approver: Approver = {
    async approve({ action }) {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open--;
      return answer(action);
    },
    typed: async () => true,
  };
  return { session: { ...at.session(), approver }, most: () => most };
}
const shown = () => at.events.filter((event) => event.code === 'plan').map((event) => event.data.action);

it('asks about one plan at a time, though their actions run side by side', async () => {
  const person = slowly(() => 'terminal');
  await Promise.all(['one', 'two', 'three'].map((action) => approve(person.session, planOf(action), TITLE, 1)));
  expect(person.most()).toBe(1);
  expect(at.entries('approve').map((body) => body.action)).toEqual(['one', 'two', 'three']);
  expect(at.story()).toEqual(['plan', 'approve', 'plan', 'approve', 'plan', 'approve']);
});

it('does not ask about what waits behind a plan that is declined, and starts afresh later', async () => {
  const person = slowly((action) => (action === 'one' ? null : 'terminal'));
  const ends = await Promise.allSettled(['one', 'two'].map((action) => approve(person.session, planOf(action), TITLE, 1)));
  expect(ends.map((end) => (end as PromiseRejectedResult).reason.code)).toEqual(['Declined', 'Declined']);
  expect(shown()).toEqual(['one']);
  expect(at.entries('approve')).toEqual([]);
  await approve(person.session, planOf('two'), TITLE, 1);
  expect(at.entries('approve').map((body) => body.action)).toEqual(['two']);
});
