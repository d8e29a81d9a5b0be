import type { Found, Hunter, JsonObject, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, listed } from '../hunting/calls.ts';
import { deletions } from '../hunting/deletions.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';

interface Trail {
  Name?: string;
  TrailARN?: string;
  S3BucketName?: string;
  IsMultiRegionTrail?: boolean;
  IncludeGlobalServiceEvents?: boolean;
  LogFileValidationEnabled?: boolean;
  IsOrganizationTrail?: boolean;
}
interface Status {
  IsLogging?: boolean;
  StopLoggingTime?: string;
  LatestDeliveryError?: string;
}
interface Selectors {
  EventSelectors?: { ReadWriteType?: string; IncludeManagementEvents?: boolean; ExcludeManagementEventSources?: string[] }[];
  AdvancedEventSelectors?: { FieldSelectors?: { Field?: string; Equals?: string[]; NotEquals?: string[] }[] }[];
}
const blinded = (en: string, es: string): Reason => ({ code: 'blinded', text: text(en, es) });

/** What the selectors leave out of the management events. Undefined: nothing. */
function gap({ EventSelectors: basic = [], AdvancedEventSelectors: advanced = [] }: Selectors): Reason | undefined {
  const reads = blinded('it records reads only, not what was changed', 'solo registra lecturas, no lo que se cambió');
  const none = blinded('it records no management events', 'no registra eventos de administración');
  if (advanced.length > 0) {
    const management = advanced.filter((one) => one.FieldSelectors?.some((field) => field.Field === 'eventCategory' && field.Equals?.includes('Management')));
    if (management.length === 0) return none;
    const fields = management.map((one) => one.FieldSelectors ?? []);
    if (fields.every((all) => all.some((field) => field.Field === 'readOnly' && field.Equals?.includes('true')))) return reads;
    const whole = fields.some((all) =>
      all.every((field) => field.Field === 'eventCategory' || (field.Field === 'readOnly' && !field.Equals?.includes('true'))),
    );
    if (whole) return undefined;
    const left = fields.flatMap((all) => all.flatMap((field) => field.NotEquals ?? [])).map((source) => oneLine(source, 80));
    // Leaving out KMS and RDS Data only is common: they fill the logs.
    if (left.length > 0 && left.every((source) => /^(kms|rdsdata)\.amazonaws\.com$/.test(source))) return undefined;
    const what = left.slice(0, 5).join(', ');
    return blinded(`it leaves events out${what ? `: ${what}` : ''}`, `omite eventos${what ? `: ${what}` : ''}`);
  }
  if (basic.length === 0) return undefined;
  const management = basic.filter((one) => one.IncludeManagementEvents !== false);
  if (management.length === 0) return none;
  return management.every((one) => one.ReadWriteType === 'ReadOnly') ? reads : undefined;
}

/**
 * Trails, the account's memory: stopped, narrowed or deleted ones are blind spots. They are told in the region that is their home;
 * deleted ones by CloudTrail itself.
 */
export const hunter: Hunter = {
  type: 'AWS::CloudTrail::Trail',
  scope: 'regional',
  title: text('CloudTrail trails, and whether they still see', 'Registros de CloudTrail, y si aún ven'),
  permissions: ['cloudtrail:DescribeTrails', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors', 'cloudtrail:LookupEvents'],
  createdByEvents: ['CreateTrail'],
  changedByEvents: ['StopLogging', 'StartLogging', 'UpdateTrail', 'DeleteTrail', 'PutEventSelectors', 'PutInsightSelectors'],
  names: ['trailARN', 'name', 'trailName'],
  async *scan(ctx, region) {
    const standing = new Set<string>();
    const ask = async (trail: Trail): Promise<Found[]> => {
      const { TrailARN: arn, Name: name } = trail;
      if (arn === undefined || name === undefined) return [];
      standing.add(name);
      const status = await readOrAbsent<Status>(ctx, { service: 'cloudtrail', operation: 'GetTrailStatus', region, input: { Name: arn } });
      const selectors = await readOrAbsent<Selectors>(ctx, { service: 'cloudtrail', operation: 'GetEventSelectors', region, input: { TrailName: arn } });
      if (!status) return [];
      const { IsLogging: logging, StopLoggingTime: stopped, LatestDeliveryError: trouble } = status.output;
      const missing = selectors ? gap(selectors.output) : undefined;
      const reasons = [
        ...(logging === false ? [blinded('it does not record: logging is off', 'no registra: está detenido')] : []),
        ...(missing ? [missing] : []),
        ...(trouble ? [blinded(`its logs cannot be delivered: ${oneLine(trouble, 80)}`, `sus registros no se pueden entregar: ${oneLine(trouble, 80)}`)] : []),
      ];
      const detail: JsonObject = present({
        logging,
        stoppedAt: logging === false ? time(stopped) : null,
        allRegions: trail.IsMultiRegionTrail,
        globalEvents: trail.IncludeGlobalServiceEvents,
        validation: trail.LogFileValidationEnabled,
        organization: trail.IsOrganizationTrail || undefined,
        bucket: oneLine(trail.S3BucketName, 64),
      });
      return [foundAt(ctx, 'AWS::CloudTrail::Trail', region, arn, name, { createdAt: null, reasons, detail })];
    };
    yield* each(listed<Trail>(ctx, 'cloudtrail', region, 'DescribeTrails', 'trailList', { includeShadowTrails: false }), ask);
    const gone = deletions(ctx, region, 'DeleteTrail', 'name', (id) => ({
      type: 'AWS::CloudTrail::Trail',
      arn: arnFor(ctx, 'cloudtrail', region, `trail/${id}`),
      what: ['this trail', 'este registro'],
    }));
    // One of the same name may have been made again.
    for await (const one of gone) if (!standing.has(one.id)) yield one;
  },
};
