import { defineConfig } from 'vitest/config';

const suites: Record<string, string[]> = {
  default: ['src/**/*.test.ts', 'test/{contract,golden,property,hunters,e2e}/**/*.test.ts'],
  crash: ['test/crash/**/*.test.ts'],
  witness: ['test/witness/**/*.test.ts'],
};

export default defineConfig({
  test: {
    include: suites[process.env.APLOMB_SUITE ?? 'default'] ?? [],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What runs through the binary mostly waits: a third worker has the processors' idle time.
    maxWorkers: 3,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', AWS_EC2_METADATA_DISABLED: 'true' },
  },
});
