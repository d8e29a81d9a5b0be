import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Project {
  name: string;
  created: number;
  modified: number;
  given: any;
  webhook?: any;
  visibility: string;
  builds: number;
}
const projects = shelf<Project>('codebuildProjects', (name) => new LabError('ResourceNotFoundException', `Project cannot be found: ${name}`));
const invalid = (message: string): LabError => new LabError('InvalidInputException', message);
const PROJECT_NAME = { length: [2, 150] as [number, number], pattern: '[A-Za-z0-9][A-Za-z0-9\\-_]{1,149}' };
const arn = (ctx: LabContext, name: string): string => arnOf(ctx, 'codebuild', `project/${name}`);
const view = (ctx: LabContext, one: Project) => ({
  ...one.given,
  name: one.name,
  arn: arn(ctx, one.name),
  created: date(one.created),
  lastModified: date(one.modified),
  projectVisibility: one.visibility,
  ...(one.webhook ? { webhook: one.webhook } : {}),
});
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, input.name ?? input.projectName)];

export const operations: LabOperations = {
  CreateProject: {
    constraints: {
      name: PROJECT_NAME,
      description: { length: [0, 255] },
      timeoutInMinutes: { min: 5, max: 2160 },
      queuedTimeoutInMinutes: { min: 5, max: 480 },
    },
    resources,
    run(input, ctx) {
      if (projects.find(ctx, input.name)) throw new LabError('ResourceAlreadyExistsException', `Project already exists: ${arn(ctx, input.name)}`);
      if (!/^arn:aws[a-z-]*:iam::\d{12}:role\//.test(input.serviceRole))
        throw invalid("Invalid service role: Service role account ID does not match caller's account");
      if (input.source.type === 'NO_SOURCE' && !input.source.buildspec) throw invalid('Project source type NO_SOURCE requires a buildspec.');
      const row: Project = { name: input.name, created: ctx.now(), modified: ctx.now(), given: plain(input), visibility: 'PRIVATE', builds: 0 };
      projects.put(ctx, input.name, row);
      return { project: view(ctx, row) };
    },
  },
  UpdateProject: {
    constraints: { name: { length: [1, Number.MAX_SAFE_INTEGER] } },
    resources,
    run(input, ctx) {
      const one = projects.get(ctx, input.name);
      one.given = { ...one.given, ...plain(input) };
      one.modified = ctx.now();
      return { project: view(ctx, one) };
    },
  },
  ListProjects: {
    constraints: { sortBy: { enum: ['NAME', 'CREATED_TIME', 'LAST_MODIFIED_TIME'] }, sortOrder: { enum: ['ASCENDING', 'DESCENDING'] } },
    run(input, ctx) {
      const { items, next } = pageOf(ctx, projects.all(ctx), { token: input.nextToken, size: 100 }, ['InvalidInputException', 'Invalid nextToken']);
      return { projects: items.map((one) => one.name), ...(next === undefined ? {} : { nextToken: next }) };
    },
  },
  BatchGetProjects: {
    constraints: { names: { length: [1, 100] } },
    resources: (input, ctx) => input.names.map((name: string) => arn(ctx, name)),
    run(input, ctx) {
      const found = (input.names as string[]).map((name) => projects.find(ctx, name.split('/').at(-1)));
      return {
        projects: found.flatMap((one) => (one ? [view(ctx, one)] : [])),
        projectsNotFound: (input.names as string[]).filter((_, index) => found[index] === undefined),
      };
    },
  },
  DeleteProject: {
    resources,
    run(input, ctx) {
      projects.drop(ctx, input.name);
      return {};
    },
  },
  CreateWebhook: {
    constraints: { projectName: PROJECT_NAME },
    resources,
    run(input, ctx) {
      const one = projects.get(ctx, input.projectName);
      if (one.webhook) throw new LabError('ResourceAlreadyExistsException', `Webhook already exists: ${one.name}`);
      const location: string = one.given.source?.location ?? '';
      if (!/^(GITHUB|GITHUB_ENTERPRISE|BITBUCKET|GITLAB|GITLAB_SELF_MANAGED)$/.test(one.given.source?.type))
        throw invalid('Project source type does not support webhooks.');
      one.webhook = plain({ url: `${location.replace(/\.git$/, '')}/hooks/${ctx.uuid()}`, filterGroups: input.filterGroups, buildType: input.buildType });
      return { webhook: one.webhook };
    },
  },
  UpdateProjectVisibility: {
    constraints: { projectVisibility: { enum: ['PUBLIC_READ', 'PRIVATE'] } },
    run(input, ctx) {
      const one = projects.get(ctx, input.projectArn.split('/').at(-1));
      one.visibility = input.projectVisibility;
      return { projectArn: arn(ctx, one.name), projectVisibility: one.visibility };
    },
  },
  StartBuild: {
    mutates: true,
    resources,
    run(input, ctx) {
      const one = projects.get(ctx, input.projectName);
      one.builds += 1;
      const id = `${one.name}:${ctx.uuid()}`;
      return {
        build: {
          id,
          arn: arnOf(ctx, 'codebuild', `build/${id}`),
          buildNumber: one.builds,
          projectName: one.name,
          buildStatus: 'IN_PROGRESS',
          currentPhase: 'QUEUED',
          startTime: date(ctx.now()),
          initiator: ctx.caller.userName ?? ctx.caller.roleName ?? 'root',
          serviceRole: input.serviceRoleOverride ?? one.given.serviceRole,
        },
      };
    },
  },
};
