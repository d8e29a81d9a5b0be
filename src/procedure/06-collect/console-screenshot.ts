import { type Collector, text } from '../../kernel/index.ts';
import { decoded, take } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/** What the screen shows. Never with `WakeUp`: that is a key press on the suspect machine. */
export const collector: Collector = {
  id: 'console-screenshot',
  step: 6,
  title: text('A picture of the console', 'Una imagen de la consola'),
  permissions: ['ec2:GetConsoleScreenshot'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const { item, output } = await take<{ ImageData?: string }>(ctx, 'console-screenshot', ec2(region, 'GetConsoleScreenshot', { InstanceId: instanceId }), {
      // Bare metal has no screen to look at, and what does not run shows none.
      none: ['UnsupportedOperation', 'IncorrectInstanceState'],
    });
    if (output?.ImageData) yield* decoded('console-screenshot.jpg', 'image/jpeg', output.ImageData, item);
    else yield item;
  },
};
