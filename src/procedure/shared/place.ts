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
