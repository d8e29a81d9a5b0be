import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { deletions } from '../hunting/deletions.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';

interface Status {
  name?: string;
  arn?: string;
  recording?: boolean;
  lastStartTime?: string;
  lastStopTime?: string;
  lastStatus?: string;
}
const STOPPED: Reason = { code: 'blinded', text: text('AWS Config does not record here any more', 'AWS Config ya no registra aquí') };

/** Recorders of AWS Config: stopped or deleted ones leave changes unseen. */
export const hunter: Hunter = {
  type: 'AWS::Config::ConfigurationRecorder',
  scope: 'regional',
  title: text('AWS Config, and whether it still records', 'AWS Config, y si aún registra'),
  permissions: ['config:DescribeConfigurationRecorderStatus', 'cloudtrail:LookupEvents'],
  createdByEvents: [],
  changedByEvents: ['PutConfigurationRecorder', 'StopConfigurationRecorder', 'StartConfigurationRecorder', 'DeleteConfigurationRecorder'],
  names: ['configurationRecorderName', 'name'],
  async *scan(ctx, region) {
    let any = false;
    for await (const one of listed<Status>(ctx, 'config-service', region, 'DescribeConfigurationRecorderStatus', 'ConfigurationRecordersStatus')) {
      if (one.name === undefined) continue;
      any = true;
      // One that never ran was never relied upon.
      const stopped = one.recording === false && time(one.lastStartTime) !== null;
      yield foundAt(
        ctx,
        'AWS::Config::ConfigurationRecorder',
        region,
        one.arn ?? arnFor(ctx, 'config', region, `configuration-recorder/${one.name}`),
        one.name,
        {
          createdAt: null,
          reasons: stopped ? [STOPPED] : [],
          detail: present({ recording: one.recording, stoppedAt: stopped ? time(one.lastStopTime) : null, lastStatus: oneLine(one.lastStatus, 20) }),
        },
      );
    }
    if (any) return;
    yield* deletions(ctx, region, 'DeleteConfigurationRecorder', 'configurationRecorderName', (id) => ({
      type: 'AWS::Config::ConfigurationRecorder',
      arn: arnFor(ctx, 'config', region, `configuration-recorder/${id}`),
      what: ['the recorder of AWS Config', 'el registrador de AWS Config'],
    }));
  },
};
