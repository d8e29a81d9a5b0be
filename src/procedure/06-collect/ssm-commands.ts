import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { takeEach } from '../shared/collected.ts';
import { targetOf } from '../shared/ec2.ts';

/** Commands and sessions through Systems Manager: an attacker with credentials needs no open port to be root. */
export const collector: Collector = {
  id: 'ssm-commands',
  step: 6,
  title: text('Systems Manager: commands and sessions', 'Systems Manager: órdenes y sesiones'),
  permissions: ['ssm:ListCommandInvocations', 'ssm:DescribeSessions'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const ask = (operation: string, input: Json): Call => ({ service: 'ssm', operation, region, input });
    const ofTarget = [{ key: 'Target', value: instanceId }];
    const secret = text('Parameters and output may hold secrets: shown to nobody.', 'Los parámetros y la salida pueden contener secretos: no se muestran.');
    yield* takeEach(ctx, [
      ['ssm-commands', ask('ListCommandInvocations', { InstanceId: instanceId, Details: true }), { all: true, note: secret, none: ['InvalidInstanceId'] }],
      ['ssm-sessions-active', ask('DescribeSessions', { State: 'Active', Filters: ofTarget }), { all: true }],
      ['ssm-sessions-history', ask('DescribeSessions', { State: 'History', Filters: ofTarget }), { all: true }],
    ]);
  },
};
