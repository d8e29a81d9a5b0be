import { type Collector, text } from '../../kernel/index.ts';
import { decoded, take } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/**
 * The serial console: the buffer of the last boot, and the newest 64 KB (`Latest`, Nitro only). The guest wrote it:
 * hostile text. The SDK leaves it in base64 (EC2 API, GetConsoleOutput).
 */
export const collector: Collector = {
  id: 'console-output',
  step: 6,
  title: text('The console output', 'La salida de la consola'),
  permissions: ['ec2:GetConsoleOutput'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    for (const [name, input] of [
      ['console-output', { InstanceId: instanceId }],
      ['console-output-latest', { InstanceId: instanceId, Latest: true }],
    ] as const) {
      const answer = await take<{ Output?: string }>(ctx, `${name}-answer`, ec2(region, 'GetConsoleOutput', input));
      if (answer.output?.Output) yield* decoded(name, 'text/plain', answer.output.Output, answer.item);
      else if (answer.output) yield { ...answer.item, name, note: text('The console buffer is empty.', 'La memoria de la consola está vacía.') };
      else yield { ...answer.item, name };
    }
  },
};
