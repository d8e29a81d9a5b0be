import { cliOperation, cliService } from '../../src/aws/cli-names.ts';
import { type Call, isChange, type Step } from '../../src/kernel/index.ts';
import { type AwsCli, run } from './aws-cli.ts';

/** Every call that printed lines may make: the steps, and the proofs of what is there already. */
export const callsOf = (steps: readonly Step[]): Call[] =>
  steps.flatMap((step) => (isChange(step) ? [step.call, ...(step.already ? [step.probe.call] : [])] : 'read' in step ? [step.read] : []));

/** Members of an input that a skeleton lacks, as paths. What stands for a value of an earlier answer is not looked into. */
function missing(input: unknown, skeleton: unknown, path = ''): string[] {
  if (Array.isArray(input)) return input.flatMap((item) => missing(item, Array.isArray(skeleton) ? skeleton[0] : undefined, `${path}[]`));
  if (typeof input !== 'object' || input === null || Object.keys(input).some((key) => key.startsWith('$'))) return [];
  return Object.entries(input).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const known = typeof skeleton === 'object' && skeleton !== null && Object.hasOwn(skeleton, key);
    return known ? missing(value, (skeleton as Record<string, unknown>)[key], at) : [at];
  });
}

export interface Knowledge {
  /** Operations and members of these calls that the build does not know, as `service operation` or `service operation Member`. */
  unknown(calls: readonly Call[]): Promise<string[]>;
  /** How many operations were looked at so far. */
  operations(): number;
}
/** What a build of the CLI knows, by its own skeletons. */
export function knowledgeOf(cli: AwsCli, folder: string): Knowledge {
  const shapes = new Map<string, unknown>();
  const env = { PATH: '/usr/bin:/bin', HOME: folder, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  return {
    operations: () => shapes.size,
    async unknown(calls) {
      const found = new Set<string>();
      for (const { service, operation, region, input } of calls) {
        const name = `${cliService(service)} ${cliOperation(operation)}`;
        if (!shapes.has(name)) {
          const ran = await run(cli.path, [...name.split(' '), '--region', region, '--generate-cli-skeleton', 'input'], folder, env);
          shapes.set(name, ran.status === 0 ? JSON.parse(ran.stdout) : undefined);
        }
        if (shapes.get(name) === undefined) found.add(name);
        else for (const member of missing(input, shapes.get(name))) found.add(`${name} ${member}`);
      }
      return [...found].sort();
    },
  };
}
