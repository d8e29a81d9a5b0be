import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

interface Activation {
  ActivationId?: string;
  Description?: string;
  DefaultInstanceName?: string;
  IamRole?: string;
  RegistrationLimit?: number;
  RegistrationsCount?: number;
  ExpirationDate?: string;
  Expired?: boolean;
  CreatedDate?: string;
}

/**
 * With a hybrid activation a machine anywhere in the world becomes one of the account's and gets credentials of its role. Machines
 * that registered stay when the activation has run out.
 */
export const hunter: Hunter = {
  type: 'AWS::SSM::Activation',
  scope: 'regional',
  title: text('Hybrid activations of Systems Manager', 'Activaciones híbridas de Systems Manager'),
  permissions: ['ssm:DescribeActivations'],
  createdByEvents: ['CreateActivation'],
  names: ['activationId'],
  arn: (id, { partition, region, account }) => `arn:${partition}:ssm:${region}:${account}:activation/${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Activation>(ctx, 'ssm', region, 'DescribeActivations', 'ActivationList', { MaxResults: 50 })) {
      if (one.ActivationId === undefined) continue;
      yield foundAt(ctx, 'AWS::SSM::Activation', region, arnFor(ctx, 'ssm', region, `activation/${one.ActivationId}`), one.ActivationId, {
        createdAt: time(one.CreatedDate),
        roles: rolesOf(ctx, one.IamRole),
        detail: present({
          description: oneLine(one.Description),
          instanceName: oneLine(one.DefaultInstanceName),
          registered: one.RegistrationsCount,
          atMost: one.RegistrationLimit,
          expires: time(one.ExpirationDate),
          expired: one.Expired,
        }),
      });
    }
  },
};
