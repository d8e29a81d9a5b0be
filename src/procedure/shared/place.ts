import type { ActionContext, Call, Json } from '../../kernel/index.ts';
import { ec2, type InstanceTarget } from './ec2.ts';
import { textOption } from './options.ts';

/** Where working copies and workstation are: the incident's own account, or a forensic one under other credentials. */
export interface Place {
  /** A set of credentials as in Call.as; absent for the responder's own. */
  readonly as?: string;
  readonly region: string;
}
/** @param ctx options `forensic` (credentials) and `forensicRegion` (default: the instance's) */
export function placeOf(ctx: Pick<ActionContext, 'options'>, { region }: Pick<InstanceTarget, 'region'>): Place {
  const as = textOption(ctx, 'forensic');
  return { ...(as === undefined ? {} : { as }), region: textOption(ctx, 'forensicRegion') ?? region };
}
/** Nothing names another account or region. */
export const isHome = (place: Place, { region }: Pick<InstanceTarget, 'region'>): boolean => place.as === undefined && place.region === region;
/** An EC2 call made there. */
export const ec2At = (place: Place, operation: string, input: Json): Call => inPlace(place, ec2(place.region, operation, input));
export const inPlace = ({ as }: Place, call: Call): Call => (as === undefined ? call : { ...call, as });

/**
 * The case's own KMS key (option `forensicKey`). `create` stands for the one made for the case, which is known by its alias.
 * @returns key id, alias or ARN; undefined when none was named
 */
export function forensicKeyOf(ctx: Pick<ActionContext, 'options' | 'facts'>): string | undefined {
  const key = textOption(ctx, 'forensicKey');
  return key === 'create' ? caseAlias(ctx.facts.caseId) : key;
}
export const caseAlias = (caseId: string): string => `alias/aplomb-${caseId.replace(/[^A-Za-z0-9/_-]/g, '-').slice(0, 200)}`;
