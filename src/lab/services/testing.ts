import { behavioursOf } from '../behaviour.ts';
import type { Account, LabContext, World } from '../contract.ts';
import { createAccount, makeContext, newWorld } from '../world/index.ts';

/** Help for tests of behaviours: one account, a clock that moves only when told, calls without a wire. */
export interface Bench {
  world: World;
  account: Account;
  context(options?: { service?: string; region?: string; account?: string; read?: boolean }): LabContext;
  /** Calls an operation as `ec2:DescribeInstances`. */
  call(operation: string, input?: object, options?: { region?: string; account?: string }): Promise<any>;
  /** Moves lab time on. */
  pass(seconds: number): void;
}
export function bench(options: { seed?: string; disks?: string } = {}): Bench {
  const world = newWorld({ seed: options.seed ?? 'bench', disks: options.disks });
  const account = createAccount(world, { id: '111122223333', name: 'Example' });
  let time = Date.UTC(2026, 10, 22, 12);
  let request = 0;
  const context: Bench['context'] = ({ service = 'ec2', region = 'eu-west-1', account: id = account.id, read = false } = {}) => {
    const caller = { account: id, type: 'Root' as const, arn: `arn:aws:iam::${id}:root`, userId: id, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
    const requestId = `${String(++request).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const made = makeContext(world, { account: id, caller, region, requestId, request: { ip: '198.51.100.1', userAgent: 'test' }, read, service });
    return { ...made, now: () => time, due: (seconds) => time + (seconds * 1000) / world.settings.speed };
  };
  return {
    world,
    account,
    context,
    async call(operation, input = {}, where = {}) {
      const [service = '', name = ''] = operation.split(':');
      const behaviour = (await behavioursOf(service)).get(name);
      if (!behaviour) throw new Error(`no behaviour for ${operation}`);
      return behaviour.run(input, context({ service, ...where }));
    },
    pass(seconds) {
      time += seconds * 1000;
    },
  };
}
