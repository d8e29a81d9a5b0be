import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Tag } from './rows.ts';
import { rowsOf } from './tables.ts';

export interface LaunchTemplate {
  id: string;
  name: string;
  created: number;
  createdBy: string;
  defaultVersion: number;
  /** The highest version number ever given: those of deleted versions do not come back. */
  highest?: number;
  versions: { number: number; created: number; createdBy: string; description?: string; data: any }[];
  until?: number;
}
export function templateOf(ctx: LabContext, given: { LaunchTemplateId?: string; LaunchTemplateName?: string }): LaunchTemplate {
  const row = rowsOf<LaunchTemplate>(ctx, 'launchTemplates').find((item) =>
    given.LaunchTemplateId !== undefined ? item.id === given.LaunchTemplateId : item.name === given.LaunchTemplateName,
  );
  if (row) return row;
  throw given.LaunchTemplateId !== undefined
    ? new LabError('InvalidLaunchTemplateId.NotFound', `The specified launch template, with template ID ${given.LaunchTemplateId}, does not exist.`)
    : new LabError(
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${given.LaunchTemplateName}, does not exist.`,
      );
}
export function versionOf(row: LaunchTemplate, wanted: string | undefined) {
  const number = wanted === '$Latest' ? row.versions.at(-1)!.number : wanted === undefined || wanted === '$Default' ? row.defaultVersion : Number(wanted);
  const version = row.versions.find((item) => item.number === number);
  if (!version)
    throw new LabError('InvalidLaunchTemplateId.VersionNotFound', `Could not find the specified version ${wanted} for the launch template with ID ${row.id}.`);
  return version;
}
/** A RunInstances request with its launch template filled in; what the request says itself wins. */
export function launchData(ctx: LabContext, input: any): any {
  if (!input.LaunchTemplate) return input;
  const { data } = versionOf(templateOf(ctx, input.LaunchTemplate), input.LaunchTemplate.Version);
  return { ...data, ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) };
}
/** AWS marks the instance with the template and version it was launched from. */
export function templateTags(ctx: LabContext, input: any): Tag[] {
  if (!input.LaunchTemplate) return [];
  const row = templateOf(ctx, input.LaunchTemplate);
  return [
    { Key: 'aws:ec2launchtemplate:id', Value: row.id },
    { Key: 'aws:ec2launchtemplate:version', Value: String(versionOf(row, input.LaunchTemplate.Version).number) },
  ];
}
