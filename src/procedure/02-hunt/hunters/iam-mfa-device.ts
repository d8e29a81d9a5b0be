import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, iamArn, present, time } from '../hunting/found.ts';
import { perUser } from '../hunting/principals.ts';

interface Device {
  SerialNumber?: string;
  EnableDate?: string;
}

/**
 * Second factors: one's own on somebody's user is a way back in, one taken away opens the door. Every kind per user (virtual,
 * hardware, passkey), and virtual ones that are made and nobody's yet.
 */
export const hunter: Hunter = {
  type: 'AWS::IAM::VirtualMFADevice',
  scope: 'global',
  title: text('MFA devices', 'Dispositivos MFA'),
  permissions: ['iam:ListUsers', 'iam:ListMFADevices', 'iam:ListVirtualMFADevices'],
  createdByEvents: ['CreateVirtualMFADevice'],
  changedByEvents: ['EnableMFADevice', 'ResyncMFADevice', 'DeactivateMFADevice'],
  names: ['serialNumber'],
  async *scan(ctx, region) {
    const found = (one: Device, userName?: string): Found | undefined => {
      const id = one.SerialNumber;
      if (id === undefined) return undefined;
      const arn = id.startsWith('arn:') ? id : iamArn(partition(ctx).name, ctx.facts.account ?? '', 'mfa', id);
      const detail = present({ userName, enabledAt: time(one.EnableDate), assigned: userName !== undefined });
      return foundAt(ctx, 'AWS::IAM::VirtualMFADevice', region, arn, id, { createdAt: time(one.EnableDate), detail });
    };
    yield* perUser<Device>(ctx, region, 'ListMFADevices', 'MFADevices', found);
    const loose = listed<Device>(ctx, 'iam', region, 'ListVirtualMFADevices', 'VirtualMFADevices', { AssignmentStatus: 'Unassigned' });
    for await (const one of loose) {
      const device = found(one);
      if (device) yield device;
    }
  },
};
