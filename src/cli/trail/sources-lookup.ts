import type { Aws } from '../../aws/index.ts';
import {
  LOOKUP_ATTRIBUTES,
  LOOKUP_DAYS,
  type LookupFailure,
  type LookupPage,
  type LookupQuestion,
  lookUpEvents,
  type Stretch,
} from '../../aws/trail-lookup.ts';
import { AplombError, EXIT, type Text, text } from '../../kernel/index.ts';

export interface LookUpRequest extends Omit<LookupQuestion, 'attribute'> {
  /** `AccessKeyId=AKIA...`: exactly one, as AWS takes no more. */
  readonly attribute?: string;
  /** What of a region need not be asked for again. */
  readonly covered?: (region: string) => readonly Stretch[];
  readonly as?: string;
  readonly signal?: AbortSignal;
  /** What a person should know before the pages come. */
  readonly note?: (what: Text) => void;
}

/**
 * The event history of all enabled regions, a page at a time; each page's answer is kept in the case. Management events only: data events
 * are in the trail's files alone.
 * @throws AplombError InvalidAttribute, OutOfReach
 */
export function lookUp(aws: Aws, window: LookUpRequest): AsyncGenerator<LookupPage | LookupFailure> {
  const { attribute, covered, as, signal, note, ...question } = window;
  const reach = aws.clock.now() - LOOKUP_DAYS * 86_400_000;
  if (question.since === undefined || question.since < reach)
    note?.(
      text(
        `CloudTrail's event history goes back ${LOOKUP_DAYS} days, to ${new Date(reach).toISOString().slice(0, 16)}Z, and holds no data events; what is older is only in the trail's bucket.`,
        `El historial de eventos de CloudTrail llega a ${LOOKUP_DAYS} días atrás, hasta ${new Date(reach).toISOString().slice(0, 16)}Z, y no tiene eventos de datos; lo anterior solo está en el bucket del registro.`,
      ),
    );
  return lookUpEvents(
    aws,
    { ...question, ...(attribute === undefined ? {} : { attribute: attributeOf(attribute) }) },
    { ...(covered ? { covered } : {}), ...(as === undefined ? {} : { as }), ...(signal ? { signal } : {}) },
  );
}

/** @throws AplombError InvalidAttribute */
export function attributeOf(given: string): NonNullable<LookupQuestion['attribute']> {
  const at = given.indexOf('=');
  const name = LOOKUP_ATTRIBUTES.find((one) => one.toLowerCase() === given.slice(0, Math.max(0, at)).trim().toLowerCase());
  const value = given.slice(at + 1).trim();
  if (name && value !== '' && value.length <= 2000) return { name, value };
  throw new AplombError('InvalidAttribute', `"${given.slice(0, 200)}" is nothing that CloudTrail looks events up by.`, {
    fix: `One of ${LOOKUP_ATTRIBUTES.join(', ')}, as AccessKeyId=AKIA...`,
    exit: EXIT.usage,
  });
}
