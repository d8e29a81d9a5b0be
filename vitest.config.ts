import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const suites: Record<string, string[]> = {
  default: ['src/**/*.test.ts', 'test/{contract,golden,property,hunters,e2e}/**/*.test.ts'],
  crash: ['test/crash/**/*.test.ts'],
  witness: ['test/witness/**/*.test.ts'],
};
/** Files that take minutes, most of them waiting: begun first, so that nobody waits for them alone at the end. */
const LONG = ['hunt-dark', 'printed-steps', 'drill-live', 'drill', 'trouble', 'instance-answers', 'verbs', 'instance-verbs', 'hunt-engine', 'words', 'contain'];
const rank = ({ moduleId }: TestSpecification): number => {
  const at = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return at < 0 ? LONG.length : at;
};
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: suites[process.env.APLOMB_SUITE ?? 'default'] ?? [],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What runs through the binary mostly waits: two more workers have the processors' idle time.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', AWS_EC2_METADATA_DISABLED: 'true' },
  },
});
