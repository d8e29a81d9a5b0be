import { expect, it } from 'vitest';
import type { Json } from '../../kernel/index.ts';
import type { Model } from '../model.ts';
import { watch } from './watch.ts';

const modelOf = (observed: Json | undefined): Model =>
  ({ facts: { observed: observed === undefined ? {} : { 'watch-containment': observed } } }) as unknown as Model;
const HOSTILE = '<script>alert(1)</script>';

it('tells what fell, what is new and by whom, what was tried, and how IAM differs; nothing before there was a watch', () => {
  expect(watch(modelOf(undefined), 'en')).toBeNull();
  const page = watch(
    modelOf({
      at: '2026-11-22T12:00:00.000Z',
      changes: 3,
      fallen: [{ step: 'deny.deploy', state: 'reverted', by: HOSTILE }],
      newcomers: [{ what: 'access-key', id: 'AKIAQ2REMADEKEY23456', of: HOSTILE, at: '2026-11-22T11:59:00.000Z', whose: 'tree', by: null }],
      done: [],
      unhunted: [],
      refused: [{ time: '2026-11-22T11:59:30.000Z', call: 'ec2:RunInstances', region: 'eu-west-1', error: 'Client.UnauthorizedOperation' }],
      differences: [{ kind: 'added', what: 'inline-policy', id: HOSTILE, of: 'deploy', at: null }],
      more: 7,
    }),
    'en',
  )!.text;
  expect(page).toMatch(/reverted.*deny\.deploy/);
  expect(page).toMatch(/AKIAQ2REMADEKEY23456[\s\S]*the attacker/);
  expect(page).toContain('Client.UnauthorizedOperation');
  expect(page).toContain('since before containment (8)');
  expect(page).not.toContain('<script>');
});
it('takes anything for what it is worth: a ledger of another version breaks no report', () => {
  for (const odd of [null, 'x', [], {}, { fallen: 'no', newcomers: [1, null], differences: [{}], at: 7 }] as Json[])
    expect(() => watch(modelOf(odd), 'es')).not.toThrow();
});
