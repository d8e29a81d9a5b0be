import { type Collector, text } from '../../kernel/index.ts';
import { decoded, take } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/** The start-up script the instance got. Kept whole: it often holds secrets, and an attacker's first lines. */
export const collector: Collector = {
  id: 'user-data',
  step: 6,
  title: text('The user data', 'Los datos de usuario'),
  permissions: ['ec2:DescribeInstanceAttribute'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const secret = text('May hold secrets: shown to nobody, kept in the evidence.', 'Puede contener secretos: no se muestra, se guarda en la evidencia.');
    const { item, output } = await take<{ UserData?: { Value?: string } }>(
      ctx,
      'user-data',
      ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'userData' }),
    );
    if (output?.UserData?.Value) yield* decoded('user-data', 'application/octet-stream', output.UserData.Value, item, secret);
    else yield output ? { ...item, note: text('The instance has no user data.', 'La instancia no tiene datos de usuario.') } : item;
  },
};
