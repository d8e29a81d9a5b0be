import type { ActionContext } from '../../kernel/index.ts';

export interface Partition {
  /** First part of every ARN: aws, aws-cn, aws-us-gov, ... */
  readonly name: string;
  /** Where IAM, global STS and their CloudTrail events live. */
  readonly globalRegion: string;
  /** Where the Support API answers, or null when the partition has none that we know. */
  readonly supportRegion: string | null;
}

// Source: AWS General Reference, service endpoints of IAM and AWS Support, per partition.
const KNOWN: Readonly<Record<string, Omit<Partition, 'name'>>> = {
  aws: { globalRegion: 'us-east-1', supportRegion: 'us-east-1' },
  'aws-us-gov': { globalRegion: 'us-gov-west-1', supportRegion: 'us-gov-west-1' },
  'aws-cn': { globalRegion: 'cn-north-1', supportRegion: 'cn-north-1' },
  'aws-eusc': { globalRegion: 'eusc-de-east-1', supportRegion: null },
};

/** The partition of an ARN. An unknown one is read as the commercial partition. @example partitionOf('arn:aws-cn:iam::1:root').name // 'aws-cn' */
export function partitionOf(arn: string | undefined): Partition {
  const name = /^arn:(aws[a-z-]*):/.exec(arn ?? '')?.[1] ?? 'aws';
  const known = KNOWN[name];
  return known ? { name, ...known } : { name: 'aws', ...KNOWN.aws! };
}
/** The partition the responder works in, from the caller's own ARN. */
export const partition = (ctx: ActionContext): Partition => partitionOf(ctx.facts.callerArn);
