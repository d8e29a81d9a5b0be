export { type CredentialSet, parseCredentialSet } from './credential-sets.ts';
export { type DryRunResult, dryRun } from './dry-run.ts';
export { AwsError, codeOf, isAwsFailure } from './errors.ts';
export { type Compromised, identityGuard, lockoutGuard, selfLockoutGuard } from './guards.ts';
export { openAws } from './open.ts';
export { type Block, readBlocks } from './read-blocks.ts';
export { renderCli } from './render-cli.ts';
export { snapshotSource } from './snapshot-source.ts';
export type { Answer, Aws, Identity, OpenOptions, Purpose, Region, SendRequest } from './types.ts';
