import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { notApplicable, ofInstance, take, unavailable } from '../shared/collected.ts';
import { isIamName } from '../shared/names.ts';

const iam = (operation: string, input: Json): Call => ({ service: 'iam', operation, region: 'us-east-1', input });
/** Seconds to wait between looks at the job; IAM says "usually a few seconds". */
const PAUSES = [1, 2, 4, 8, 15] as const;

/**
 * Which services the role was used for, and when last. IAM makes the list as a job (GenerateServiceLastAccessedDetails): nothing is
 * changed by it. Its data lag up to four hours.
 */
export const collector: Collector = {
  id: 'role-last-accessed',
  step: 6,
  title: text('What the role was used for last', 'Para qué se usó el rol por última vez'),
  permissions: ['ec2:DescribeInstances', 'iam:GetInstanceProfile', 'iam:GenerateServiceLastAccessedDetails', 'iam:GetServiceLastAccessedDetails'],
  collect: ofInstance('role-last-accessed', async function* (ctx, { instance, evidence }) {
    const profileArn = instance.IamInstanceProfile?.Arn;
    const InstanceProfileName = profileArn?.slice(profileArn.lastIndexOf('/') + 1);
    if (!isIamName(InstanceProfileName)) {
      yield notApplicable('role-last-accessed', text('The instance has no role.', 'La instancia no tiene rol.'), evidence);
      return;
    }
    const profile = await take<{ InstanceProfile?: { Roles?: { Arn?: string }[] } }>(
      ctx,
      'role-last-accessed',
      iam('GetInstanceProfile', { InstanceProfileName }),
    );
    const Arn = profile.output?.InstanceProfile?.Roles?.[0]?.Arn;
    if (!Arn) {
      yield profile.output
        ? notApplicable('role-last-accessed', text('The instance profile holds no role.', 'El perfil no contiene ningún rol.'), profile.item.reading)
        : profile.item;
      return;
    }
    const job = await take<{ JobId?: string }>(ctx, 'role-last-accessed', iam('GenerateServiceLastAccessedDetails', { Arn, Granularity: 'ACTION_LEVEL' }));
    if (!job.output?.JobId) {
      yield job.item;
      return;
    }
    const call = iam('GetServiceLastAccessedDetails', { JobId: job.output.JobId });
    for (const seconds of [...PAUSES, 0]) {
      const details = await take<{ JobStatus?: string; Error?: { Code?: string; Message?: string } }>(ctx, 'role-last-accessed', call, { all: true });
      const status = details.output?.JobStatus;
      if (status !== 'IN_PROGRESS') {
        if (status === 'FAILED')
          yield { ...details.item, unavailable: `${details.output?.Error?.Code ?? 'FAILED'}: ${details.output?.Error?.Message ?? 'the job failed'}` };
        else yield details.item;
        return;
      }
      if (seconds > 0) await ctx.settle(seconds);
    }
    const late = Object.assign(new Error('IAM was still making the list after 30 seconds; collect again later'), { code: 'InProgress' });
    yield unavailable('role-last-accessed', late, call);
  }),
};
