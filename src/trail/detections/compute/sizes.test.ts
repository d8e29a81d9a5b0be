import { expect, test } from 'vitest';
import { call } from '../data/examples.ts';
import { accelerated, huge, mostAsked } from './sizes.ts';

const types = (...names: string[]) => call('ec2:RunInstances', { instanceType: names });
test('accelerated and largest types are told from the rest', () => {
  const gpu = ['p2.xlarge', 'p4de.24xlarge', 'p6-b200.48xlarge', 'g4dn.xlarge', 'gr6.4xlarge', 'trn1.32xlarge', 'inf2.8xlarge', 'ml.p3.2xlarge'];
  expect(accelerated(types(...gpu))).toEqual(gpu);
  expect(accelerated(types('t3.micro', 'c5.4xlarge', 'm6g.large', 'db.r6g.large', 'i4i.large', 'pa.large'))).toEqual([]);
  expect(huge(types('c6i.metal', 'm7i.metal-24xl', 'c5.24xlarge', 'c5.4xlarge', 'm5.12xlarge'))).toEqual(['c6i.metal', 'm7i.metal-24xl', 'c5.24xlarge']);
});
test('the most that a request asks for', () => {
  expect(mostAsked(call('ec2:RunInstances', { instancesSet: { items: [{ minCount: 1, maxCount: 40 }] } }))).toBe(40);
  expect(mostAsked(call('ec2:CreateFleet', { CreateFleetRequest: { TargetCapacitySpecification: { TotalTargetCapacity: 300 } } }))).toBe(300);
  expect(mostAsked(call('ecs:RunTask', { count: 'many' }))).toBe(0);
  expect(mostAsked({ requestParameters: null })).toBe(0);
});
