import { makeTrailBucket } from '../company-trail.ts';
import type { Technique } from '../technique.ts';

/** A trail of the company is stopped: from then on nothing more is kept. */
export const technique: Technique = {
  id: 'trail-stopped',
  place: 'home',
  makes: [],
  powerful: true,
  changes: ['AWS::CloudTrail::Trail'],
  needs: ['cloudtrail:StopLogging'],
  async before(act) {
    const name = act.name(['data-trail', 'audit-copy', 'regional-trail']);
    const bucket = `${act.company.slug}-audit-${act.account}`;
    await makeTrailBucket(act.call, { bucket, region: act.region, account: act.account, trail: name });
    const { TrailARN } = await act.call('cloudtrail', 'CreateTrail', { Name: name, S3BucketName: bucket });
    await act.call('cloudtrail', 'StartLogging', { Name: name });
    Object.assign(act.kept, { name, arn: TrailARN });
  },
  async play(act) {
    await act.call('cloudtrail', 'StopLogging', { Name: act.kept.name });
    act.changed('AWS::CloudTrail::Trail', act.kept.name!, act.kept.arn!, 'logging stopped');
  },
};
