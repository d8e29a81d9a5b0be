import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { type LaunchTemplate, templateOf, versionOf } from './launch-template-model.ts';
import { filtered, paged } from './query.ts';
import { arns, date, edit, once, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

const NAME = '[a-zA-Z0-9\\(\\)\\.\\-/_]+';
/** Rows are JSON: a spot request's ValidUntil becomes text. */
const plain = (data: unknown): any => JSON.parse(JSON.stringify(data));
const view = (ctx: LabContext, row: LaunchTemplate) => ({
  LaunchTemplateId: row.id,
  LaunchTemplateName: row.name,
  CreateTime: date(row.created),
  CreatedBy: row.createdBy,
  DefaultVersionNumber: row.defaultVersion,
  LatestVersionNumber: row.versions.at(-1)!.number,
  Operator: { Managed: false },
  Tags: tagsOf(ctx, row.id),
});
const versionView = (row: LaunchTemplate, version: LaunchTemplate['versions'][number]) => ({
  LaunchTemplateId: row.id,
  LaunchTemplateName: row.name,
  VersionNumber: version.number,
  VersionDescription: version.description,
  CreateTime: date(version.created),
  CreatedBy: version.createdBy,
  DefaultVersion: version.number === row.defaultVersion,
  LaunchTemplateData: version.data,
  Operator: { Managed: false },
});
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'launch-template', input.LaunchTemplateId);

export const operations: LabOperations = {
  CreateLaunchTemplate: {
    async run(input, ctx) {
      const [id] = await once(ctx, 'CreateLaunchTemplate', input, () => {
        if (rowsOf<LaunchTemplate>(ctx, 'launchTemplates').some((row) => row.name === input.LaunchTemplateName))
          throw new LabError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
        const first = {
          number: 1,
          created: ctx.now(),
          createdBy: ctx.caller.arn,
          description: input.VersionDescription,
          data: plain(input.LaunchTemplateData),
        };
        const row: LaunchTemplate = {
          id: ctx.id('lt'),
          name: input.LaunchTemplateName,
          created: ctx.now(),
          createdBy: ctx.caller.arn,
          defaultVersion: 1,
          versions: [first],
        };
        tagNew(ctx, row.id, input.TagSpecifications, 'launch-template');
        writable<LaunchTemplate>(ctx, 'launchTemplates')[row.id] = row;
        return [row.id];
      });
      return { LaunchTemplate: view(ctx, templateOf(ctx, { LaunchTemplateId: id })) };
    },
    resources,
    constraints: { LaunchTemplateName: { length: [3, 128], pattern: NAME }, VersionDescription: { length: [0, 255] } },
  },
  CreateLaunchTemplateVersion: {
    run(input, ctx) {
      writable(ctx, 'launchTemplates');
      const row = templateOf(ctx, input);
      const base = input.SourceVersion === undefined ? {} : versionOf(row, input.SourceVersion).data;
      const version = {
        number: (row.highest ?? row.versions.at(-1)!.number) + 1,
        created: ctx.now(),
        createdBy: ctx.caller.arn,
        description: input.VersionDescription,
        data: { ...base, ...plain(input.LaunchTemplateData) },
      };
      row.versions.push(version);
      row.highest = version.number;
      return { LaunchTemplateVersion: versionView(row, version) };
    },
    resources,
    constraints: { LaunchTemplateName: { length: [3, 128], pattern: NAME }, VersionDescription: { length: [0, 255] } },
  },
  DescribeLaunchTemplates: {
    run(input, ctx) {
      const ids: string[] = input.LaunchTemplateIds ?? [];
      const names: string[] = input.LaunchTemplateNames ?? [];
      const asked = [
        ...ids.map((LaunchTemplateId) => templateOf(ctx, { LaunchTemplateId })),
        ...names.map((LaunchTemplateName) => templateOf(ctx, { LaunchTemplateName })),
      ];
      const rows = filtered(ctx, asked.length ? asked : rowsOf<LaunchTemplate>(ctx, 'launchTemplates'), input.Filters, {
        'launch-template-name': (row) => row.name,
        'create-time': (row) => new Date(row.created).toISOString(),
      });
      return paged(ctx, input, rows, 'LaunchTemplates', (row) => view(ctx, row), { given: asked });
    },
    constraints: { MaxResults: { min: 1, max: 200 }, 'LaunchTemplateNames[]': { length: [3, 128], pattern: NAME } },
  },
  DescribeLaunchTemplateVersions: {
    run(input, ctx) {
      const named = input.LaunchTemplateId !== undefined || input.LaunchTemplateName !== undefined;
      const templates = named ? [templateOf(ctx, input)] : rowsOf<LaunchTemplate>(ctx, 'launchTemplates');
      if (!named && !input.Versions?.length) throw new LabError('MissingParameter', 'Either a launch template or Versions must be given.');
      const pairs = templates.flatMap((row) =>
        (input.Versions?.length ? input.Versions.map((wanted: string) => versionOf(row, wanted)) : row.versions).map(
          (version: LaunchTemplate['versions'][number]) => ({ row, version }),
        ),
      ) as { row: LaunchTemplate; version: LaunchTemplate['versions'][number] }[];
      const inside = pairs.filter(
        ({ version }) =>
          (input.MinVersion === undefined || version.number >= Number(input.MinVersion)) &&
          (input.MaxVersion === undefined || version.number <= Number(input.MaxVersion)),
      );
      return paged(ctx, input, inside, 'LaunchTemplateVersions', ({ row, version }) => versionView(row, version));
    },
    constraints: { LaunchTemplateName: { length: [3, 128], pattern: NAME } },
  },
  ModifyLaunchTemplate: {
    run(input, ctx) {
      writable(ctx, 'launchTemplates');
      const row = templateOf(ctx, input);
      if (input.DefaultVersion !== undefined) row.defaultVersion = versionOf(row, input.DefaultVersion).number;
      return { LaunchTemplate: view(ctx, row) };
    },
    resources,
    constraints: { LaunchTemplateName: { length: [3, 128], pattern: NAME } },
  },
  /** The default version cannot be deleted. */
  DeleteLaunchTemplateVersions: {
    run(input, ctx) {
      writable(ctx, 'launchTemplates');
      const row = templateOf(ctx, input);
      const name = { LaunchTemplateId: row.id, LaunchTemplateName: row.name };
      const [done, failed]: object[][] = [[], []];
      for (const wanted of input.Versions as string[]) {
        const number = Number(wanted);
        const problem = !row.versions.some((version) => version.number === number)
          ? { Code: 'launchTemplateVersionDoesNotExist', Message: `The specified launch template version does not exist: ${wanted}` }
          : number === row.defaultVersion
            ? { Code: 'unexpectedError', Message: 'The default version of a launch template cannot be deleted.' }
            : undefined;
        if (problem) failed!.push({ ...name, VersionNumber: number, ResponseError: problem });
        else {
          row.versions = row.versions.filter((version) => version.number !== number);
          done!.push({ ...name, VersionNumber: number });
        }
      }
      return { SuccessfullyDeletedLaunchTemplateVersions: done, UnsuccessfullyDeletedLaunchTemplateVersions: failed };
    },
    resources,
    constraints: { LaunchTemplateName: { length: [3, 128], pattern: NAME } },
  },
  DeleteLaunchTemplate: {
    run(input, ctx) {
      const row = edit<LaunchTemplate>(ctx, 'launchTemplates', templateOf(ctx, input).id);
      delete writable(ctx, 'launchTemplates')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return { LaunchTemplate: view(ctx, row) };
    },
    resources,
    constraints: { LaunchTemplateName: { length: [3, 128], pattern: NAME } },
  },
};
