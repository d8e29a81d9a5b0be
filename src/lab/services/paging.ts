import { type LabContext, LabError } from '../contract.ts';

/** One page of a list, with the refusal each service has for a token that it did not make. */
export function pageOf<T>(
  ctx: LabContext,
  items: T[],
  asked: { token?: string | undefined; max?: number | undefined; size?: number },
  refusal: readonly [code: string, message: string],
): { items: T[]; next: string | undefined } {
  try {
    return ctx.page(items, asked.token, asked.max, asked.size === undefined ? undefined : { size: asked.size });
  } catch (error) {
    if (error instanceof LabError) throw new LabError(refusal[0], refusal[1], { status: 400 });
    throw error;
  }
}

/** A regional resource of the account. @example arnOf(ctx, 'glue', 'job/etl') // arn:aws:glue:eu-west-1:111122223333:job/etl */
export const arnOf = (ctx: LabContext, service: string, resource: string): string => `arn:aws:${service}:${ctx.region.name}:${ctx.account.id}:${resource}`;
export const date = (time: number): Date => new Date(time);
/** Rows are JSON: no Dates, no undefined, no class of the reader. */
export const plain = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));
/** Secret ARNs and the like end in characters of any case. @example suffix(ctx, 6) // 'k3Xq2b' */
export const suffix = (ctx: LabContext, length: number): string => ctx.uuid().replaceAll('-', '').slice(0, length);

/** How most services check the ARN of a role they are to run with. */
export const ROLE_ARN = { length: [20, 2048] as [number, number], pattern: 'arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+' };
