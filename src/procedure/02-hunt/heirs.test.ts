import { expect, it } from 'vitest';
import type { Found } from '../../kernel/index.ts';
import { inherit } from './heirs.ts';

const thing = (type: string, id: string, rest: Partial<Found> = {}): Found => ({
  type,
  arn: `arn:${id}`,
  id,
  region: 'eu-west-1',
  account: '1',
  createdAt: '2026-11-22T10:05:00.000Z',
  alive: true,
  byKey: false,
  ...rest,
});
const by = (startedBy: string, startedByType: string) => ({ detail: { startedBy, startedByType } });
const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const INSTANCE = 'AWS::EC2::Instance';
const VOLUME = 'AWS::EC2::Volume';

it('instances of a group the key made are its own, and their disks, and the spot requests that brought them', () => {
  const found = inherit([
    thing(VOLUME, 'vol-1', by('i-1', INSTANCE)),
    thing('AWS::EC2::SpotInstanceRequest', 'sir-1', { detail: { instance: 'i-1' } }),
    thing(INSTANCE, 'i-1', by('workers', GROUP)),
    thing(GROUP, 'workers', { byKey: true, session: 'AKIA', createdAt: '2026-11-22T10:00:00.000Z' }),
  ]);
  expect(found.map((one) => [one.id, one.byKey, one.session])).toEqual(['vol-1', 'sir-1', 'i-1', 'workers'].map((id) => [id, true, 'AKIA']));
  expect(found[0]!.detail).toMatchObject({ through: 'AWS::EC2::Instance i-1' });
});
it('those of another group, place, account, or older than the group are not', () => {
  const group = thing(GROUP, 'workers', { byKey: true, session: 'AKIA', createdAt: '2026-11-22T10:00:00.000Z' });
  const others = [
    thing(INSTANCE, 'i-1', by('frontend', GROUP)),
    thing(INSTANCE, 'i-2', { ...by('workers', GROUP), region: 'us-east-1' }),
    thing(INSTANCE, 'i-3', { ...by('workers', GROUP), account: '2' }),
    thing(INSTANCE, 'i-4', { ...by('workers', GROUP), createdAt: '2026-11-01T00:00:00.000Z' }),
    thing(INSTANCE, 'i-5', { detail: { startedBy: 'workers' } }),
    thing(INSTANCE, 'i-6'),
  ];
  expect(
    inherit([group, ...others])
      .filter((one) => one.byKey)
      .map((one) => one.id),
  ).toEqual(['workers']);
});
