import { expect, it } from 'vitest';
import type { Found, Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { scanEach } from './scan.ts';
import { askedAgain } from './second-pass.ts';

const REGION = 'eu-west-1';
const silence = () => Object.assign(failure('TimeoutError'), { status: undefined });
const found = (type: string, id: string): Found => ({
  type,
  arn: `arn:aws:x:${REGION}:111122223333:${id}`,
  id,
  region: REGION,
  account: '111122223333',
  createdAt: null,
  alive: true,
});
/** Hunters of these types, each with how its first, second... scan ends: an error, or null when it sees one thing. */
function hunting(ends: Readonly<Record<string, readonly (Error | null)[]>>) {
  const scans: string[] = [];
  let atOnce = 0;
  let most = 0;
  const hunters = Object.entries(ends).map(
    ([type, outcomes]): Hunter => ({
      type,
      scope: 'regional',
      title: text('t', 't'),
      permissions: [],
      createdByEvents: [],
      names: [],
      async *scan() {
        const outcome = outcomes[scans.filter((one) => one === type).length] ?? null;
        scans.push(type);
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        if (outcome) throw outcome;
        yield found(type, 'x-1');
      },
    }),
  );
  return { hunters, scans, most: () => most, rest: () => void (most = 0) };
}
const statuses = (all: readonly { type: string; status: string; size: number }[]) => all.map(({ type, status, size }) => `${type} ${status} ${size}`);

it('what had no answer is asked again, one after another, and is inspected when it answers; what AWS said stands', async () => {
  const ctx = fakeContext();
  const { hunters, scans, most, rest } = hunting({
    'AWS::EC2::Instance': [silence()],
    'AWS::EC2::Volume': [silence()],
    'AWS::Lambda::Function': [null],
    'AWS::Glue::Job': [failure('AccessDenied', 403)],
    'AWS::ECS::Cluster': [failure('InternalFailure', 500)],
  });
  const first = await scanEach(ctx, hunters, REGION, '');
  expect(statuses(first)).toEqual([
    'AWS::EC2::Instance failed 0',
    'AWS::EC2::Volume failed 0',
    'AWS::Lambda::Function inspected 1',
    'AWS::Glue::Job denied 0',
    'AWS::ECS::Cluster failed 0',
  ]);
  expect(most()).toBe(5);
  rest();
  const again = await askedAgain(ctx, hunters, first, REGION, '');
  expect(statuses(again)).toEqual([
    'AWS::EC2::Instance inspected 1',
    'AWS::EC2::Volume inspected 1',
    'AWS::Lambda::Function inspected 1',
    'AWS::Glue::Job denied 0',
    'AWS::ECS::Cluster failed 0',
  ]);
  expect(scans.slice(5)).toEqual(['AWS::EC2::Instance', 'AWS::EC2::Volume']);
  expect(most()).toBe(1);
});

it('a service that is silent again is left, and after three of them the region: a dark one costs little', async () => {
  const ctx = fakeContext();
  const services = ['EC2', 'Lambda', 'Glue', 'ECS', 'RDS'];
  const types = services.flatMap((service) => [`AWS::${service}::One`, `AWS::${service}::Two`]);
  const { hunters, scans } = hunting(Object.fromEntries(types.map((type) => [type, [silence(), silence()]])));
  const again = await askedAgain(ctx, hunters, await scanEach(ctx, hunters, REGION, ''), REGION, '');
  expect(scans.slice(10)).toEqual(['AWS::EC2::One', 'AWS::Lambda::One', 'AWS::Glue::One']);
  expect(again.every((one) => one.status === 'failed' && one.silent)).toBe(true);
});
