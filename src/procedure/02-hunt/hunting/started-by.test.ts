import { expect, it } from 'vitest';
import { startedBy } from './started-by.ts';

const tag = (Key: string, Value: string) => ({ Key, Value });

it('names what a service started an instance for', () => {
  expect(startedBy([tag('Name', 'web'), tag('aws:autoscaling:groupName', 'shop')], 'sir-0123456789abcdef0')).toEqual({
    startedBy: 'shop',
    startedByType: 'AWS::AutoScaling::AutoScalingGroup',
  });
  expect(startedBy([tag('aws:ec2:fleet-id', 'fleet-1')])).toEqual({ startedBy: 'fleet-1', startedByType: 'AWS::EC2::EC2Fleet' });
  expect(startedBy([tag('aws:ec2spot:fleet-request-id', 'sfr-1')])).toEqual({ startedBy: 'sfr-1', startedByType: 'AWS::EC2::SpotFleet' });
  expect(startedBy([], 'sir-0123456789abcdef0')).toEqual({ startedBy: 'sir-0123456789abcdef0', startedByType: 'AWS::EC2::SpotInstanceRequest' });
});
it('says nothing of what a person started, whatever its own tags claim', () => {
  expect(startedBy(undefined)).toEqual({});
  expect(startedBy([tag('autoscaling:groupName', 'shop'), tag('AWS:autoscaling:groupName', 'shop')])).toEqual({});
});
