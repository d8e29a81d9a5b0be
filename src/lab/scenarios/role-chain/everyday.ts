import { trailValidated } from '../company-trail.ts';
import { SPAN } from '../key-leak/cast.ts';
import type { Scene } from '../moves.ts';
import type { Stage } from '../stage.ts';
import type { Cast } from './cast.ts';
import type { Organisation } from './company.ts';

/** The same key and the same roles at their honest work: the pipeline takes the first two, looks, and makes nothing. */
export function everydayScenes(stage: Stage, cast: Cast, company: Organisation): Scene[] {
  const take = async (by: typeof company.leaked, RoleArn: string) => {
    const { Credentials: given } = await stage.call(by, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'pipeline' }, cast.home);
    return { ...by, accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.SessionToken };
  };
  const pipeline = async () => {
    await stage.call(company.leaked, 'sts', 'GetCallerIdentity', {}, cast.home);
    const first = await take(company.leaked, company.roleArns.first);
    await stage.call(first, 'ec2', 'DescribeImages', { Owners: ['self'] }, cast.home);
    const second = await take(first, company.roleArns.second);
    await stage.call(second, 'ec2', 'DescribeInstances', { MaxResults: 50 }, cast.home);
  };
  const { times } = cast;
  const trail = { stage, admin: company.admin, slug: cast.company.slug, account: cast.account, region: cast.home };
  return [
    trailValidated(trail, times.leaked - 2 * SPAN.HOUR),
    ...[times.leaked - 30 * SPAN.HOUR, times.survey + 20 * SPAN.MINUTE, times.spread[1] + 15 * SPAN.MINUTE].map((at) => ({ at, play: pipeline })),
  ];
}
