import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { described, each } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOfProfile } from '../hunting/roles.ts';
import { codeDetail, codeReasons, type StartupCode, startupCode } from '../hunting/startup-code.ts';

interface Version {
  LaunchTemplateId?: string;
  VersionNumber?: number;
  CreateTime?: string;
  CreatedBy?: string;
  DefaultVersion?: boolean;
  LaunchTemplateData?: {
    ImageId?: string;
    InstanceType?: string;
    KeyName?: string;
    UserData?: string;
    IamInstanceProfile?: { Arn?: string; Name?: string };
  };
}
interface Template {
  LaunchTemplateId?: string;
  LaunchTemplateName?: string;
  CreateTime?: string;
  LatestVersionNumber?: number;
  DefaultVersionNumber?: number;
}
/** What is kept of the latest and the default version of a template while the templates are read. */
interface Summary {
  readonly version: number;
  readonly made: string | null;
  readonly by: string;
  readonly type: string | undefined;
  readonly image: string | undefined;
  readonly profile: { Arn?: string; Name?: string } | undefined;
  readonly code: StartupCode | null;
}
/** Latest and default version of every template in one list: more than these two cannot be asked for without naming a template. */
async function versions(ctx: ActionContext, region: string): Promise<Map<string, Summary[]>> {
  const byTemplate = new Map<string, Summary[]>();
  const input = { Versions: ['$Latest', '$Default'], MaxResults: 200 };
  for await (const one of described<Version>(ctx, region, 'DescribeLaunchTemplateVersions', 'LaunchTemplateVersions', input)) {
    if (one.LaunchTemplateId === undefined || one.VersionNumber === undefined) continue;
    const data = one.LaunchTemplateData ?? {};
    const known = byTemplate.get(one.LaunchTemplateId) ?? [];
    if (known.some((other) => other.version === one.VersionNumber)) continue;
    const summary: Summary = {
      version: one.VersionNumber,
      made: time(one.CreateTime),
      by: oneLine(one.CreatedBy, 200),
      type: data.InstanceType,
      image: data.ImageId,
      profile: data.IamInstanceProfile,
      code: startupCode(data.UserData),
    };
    byTemplate.set(
      one.LaunchTemplateId,
      [...known, summary].sort((a, b) => b.version - a.version),
    );
  }
  return byTemplate;
}

/** What groups and fleets start instances from, every version: a new default changes all that start later. */
export const hunter: Hunter = {
  type: 'AWS::EC2::LaunchTemplate',
  scope: 'regional',
  title: text('EC2 launch templates', 'Plantillas de lanzamiento de EC2'),
  permissions: ['ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions', 'iam:GetInstanceProfile'],
  createdByEvents: ['CreateLaunchTemplate'],
  changedByEvents: ['CreateLaunchTemplateVersion', 'ModifyLaunchTemplate', 'DeleteLaunchTemplateVersions'],
  names: ['launchTemplateId', 'launchTemplateName'],
  async *scan(ctx, region) {
    const latest = await versions(ctx, region);
    const templates = described<Template>(ctx, region, 'DescribeLaunchTemplates', 'LaunchTemplates', { MaxResults: 200 });
    const look = async (one: Template): Promise<Found[]> => {
      if (one.LaunchTemplateId === undefined) return [];
      const own = latest.get(one.LaunchTemplateId) ?? [];
      const [newest] = own;
      const profiles = await Promise.all(own.map((version) => rolesOfProfile(ctx, version.profile)));
      const roles = [...new Set(profiles.flatMap((profile) => profile.roles))];
      // The code that looks worst stands for the template.
      const code = own.map((version) => version.code).sort((a, b) => (b?.signs.length ?? -1) - (a?.signs.length ?? -1))[0] ?? null;
      const reasons = [...machineReasons(own.map((version) => version.type)), ...codeReasons(code)];
      return [
        ec2Found(ctx, 'AWS::EC2::LaunchTemplate', 'launch-template', region, one.LaunchTemplateId, {
          createdAt: time(one.CreateTime),
          alive: true,
          detail: {
            ...present({
              name: oneLine(one.LaunchTemplateName),
              latestVersion: one.LatestVersionNumber,
              defaultVersion: one.DefaultVersionNumber,
              latestMade: newest?.made,
              latestBy: newest?.by,
              instanceType: newest?.type,
              image: newest?.image,
            }),
            ...profiles[0]?.detail,
            ...codeDetail(code),
          },
          ...(one.LaunchTemplateName === undefined ? {} : { aliases: [one.LaunchTemplateName] }),
          roles,
          reasons,
        }),
      ];
    };
    yield* each(templates, look);
  },
};
