import { expect, it } from 'vitest';
import type { Json } from '../../kernel/index.ts';
import type { Model } from '../model.ts';
import { reachability } from './reachability.ts';

const modelOf = (observed: Json | undefined): Model =>
  ({ facts: { observed: observed === undefined ? {} : { 'verify-isolation': observed } } }) as unknown as Model;
const HOSTILE = '<script>alert(1)</script>';
const row = { interface: 'eni-1', family: 4, direction: 'in', peer: 'internet', name: 'igw-1', via: 'rtb-1', traffic: ['tcp 22'], by: [] };

it('shows who can still talk to it, the open first, and what may live on; nothing before there was a verdict', () => {
  expect(reachability(modelOf(undefined), 'en')).toBeNull();
  const page = reachability(
    modelOf({
      at: '2026-11-22T12:00:00.000Z',
      instanceId: 'i-1',
      state: 'running',
      rows: [
        { ...row, peer: 'subnet', open: false, why: 'no-rule' },
        { ...row, peer: 'nat', name: HOSTILE, open: false, why: 'acl', by: ['acl-1 entry 5 egress'] },
        { ...row, open: true, why: 'open', by: ['sgr-1 (0.0.0.0/0)'] },
      ],
      flows: [{ interface: 'eni-1', family: 4, direction: 'out', peer: 'nat', name: 'nat-1', protocol: 'tcp', tracked: 'always', idle: 350, by: HOSTILE }],
      missing: ['DescribeRouteTables (Denied)'],
    }),
    'en',
  )!.text;
  expect(page).toMatch(/The internet[\s\S]*open[\s\S]*sgr-1 \(0\.0\.0\.0\/0\)[\s\S]*Neighbours/);
  expect(page).toMatch(/a network ACL denies it[\s\S]*acl-1 entry 5 egress/);
  expect(page).toMatch(/350 s[\s\S]*always tracked/);
  expect(page).toContain('DescribeRouteTables (Denied)');
  expect(page).not.toContain('<script>');
  expect(reachability(modelOf({ rows: [], flows: [] }), 'es')!.text).toContain('Ninguna.');
});
it('takes anything for what it is worth: a ledger of another version breaks no report', () => {
  for (const odd of [null, 'x', [], {}, { rows: 'no', flows: [1, null], missing: [{}], at: 7 }, { rows: [{}], flows: [{}] }] as Json[])
    expect(() => reachability(modelOf(odd), 'es')).not.toThrow();
});
