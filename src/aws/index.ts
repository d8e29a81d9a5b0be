export { AwsError, codeOf, isAwsFailure } from './errors.ts';
export { openAws } from './open.ts';
export type { Answer, Aws, Identity, OpenOptions, Purpose, Region, SendRequest } from './types.ts';
