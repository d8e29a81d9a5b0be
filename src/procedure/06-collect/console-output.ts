import { plainText } from '../../i18n/index.ts';
import { type Collected, type Collector, text } from '../../kernel/index.ts';
import { decoded, take } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';
import { maskSecrets } from '../shared/masking.ts';

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
    const buffers = [
      ['console-output', { InstanceId: instanceId }],
      ['console-output-latest', { InstanceId: instanceId, Latest: true }],
    ] as const;
    const answers = await Promise.all(buffers.map(([name, input]) => take<{ Output?: string }>(ctx, `${name}-answer`, ec2(region, 'GetConsoleOutput', input))));
    for (const [index, { item, output }] of answers.entries()) {
      const name = buffers[index]![0];
      if (output?.Output) {
        yield* decoded(name, 'text/plain', output.Output, item);
        yield shown(`${name}-masked`, output.Output, item);
      } else if (output) yield { ...item, name, note: text('The console buffer is empty.', 'La memoria de la consola está vacía.') };
      else yield { ...item, name };
    }
  },
};

/** A line of a console that is longer than this is no line. */
const LONGEST = 4000;
/** What may be shown: without what steers terminals (a secret could be hidden between its pieces), and without secrets. */
const shown = (name: string, base64: string, from: Collected): Collected => {
  const lines = Buffer.from(base64, 'base64').toString('utf8').split(/\r?\n/);
  return {
    name,
    mediaType: 'text/plain',
    reading: from.reading,
    data: Buffer.from(maskSecrets(lines.map((line) => plainText(line, LONGEST)).join('\n'))),
    note: text('Secrets are taken out.', 'Sin los secretos.'),
  };
};
