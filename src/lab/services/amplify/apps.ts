import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface App {
  id: string;
  created: number;
  given: any;
  branches: Record<string, { name: string; created: number; stage: string }>;
}
const apps = shelf<App>('amplifyApps', (id) => new LabError('NotFoundException', `App ${id} not found.`));
const APP_ID = { length: [1, 20] as [number, number], pattern: 'd[a-z0-9]+' };
const arn = (ctx: LabContext, id: string): string => arnOf(ctx, 'amplify', `apps/${id}`);
const view = (ctx: LabContext, one: App) => ({
  ...one.given,
  appId: one.id,
  appArn: arn(ctx, one.id),
  createTime: date(one.created),
  updateTime: date(one.created),
  defaultDomain: `${one.id}.amplifyapp.com`,
  environmentVariables: one.given.environmentVariables ?? {},
  enableBranchAutoBuild: one.given.enableBranchAutoBuild ?? false,
  enableBasicAuth: one.given.enableBasicAuth ?? false,
  platform: one.given.platform ?? 'WEB',
  description: one.given.description ?? '',
  repository: one.given.repository ?? '',
});
const branchView = (ctx: LabContext, app: App, one: App['branches'][string]) => ({
  branchArn: `${arn(ctx, app.id)}/branches/${one.name}`,
  branchName: one.name,
  description: '',
  stage: one.stage,
  displayName: one.name,
  enableNotification: false,
  createTime: date(one.created),
  updateTime: date(one.created),
  environmentVariables: {},
  enableAutoBuild: true,
  customDomains: [],
  framework: '',
  activeJobId: '0',
  totalNumberOfJobs: '0',
  enableBasicAuth: false,
  ttl: '5',
  enablePullRequestPreview: false,
});
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, input.appId)];

export const operations: LabOperations = {
  CreateApp: {
    constraints: {
      name: { length: [1, 255] },
      description: { length: [0, 1000] },
      platform: { enum: ['WEB', 'WEB_DYNAMIC', 'WEB_COMPUTE'] },
      buildSpec: { length: [1, 25000] },
    },
    run(input, ctx) {
      if (apps.all(ctx).length >= 25) throw new LabError('LimitExceededException', 'You have reached the maximum number of apps in this account.');
      const id = `d${ctx.letters(13).toLowerCase()}`;
      // Tokens for the repository are not kept.
      const { oauthToken: _oauth, accessToken: _access, basicAuthCredentials: _basic, ...given } = plain(input);
      return { app: view(ctx, apps.put(ctx, id, { id, created: ctx.now(), given, branches: {} })) };
    },
  },
  ListApps: {
    constraints: { maxResults: { min: 0, max: 100 } },
    run(input, ctx) {
      const { items, next } = pageOf(ctx, apps.all(ctx), { token: input.nextToken, max: input.maxResults || undefined, size: 10 }, [
        'BadRequestException',
        'Invalid nextToken.',
      ]);
      return { apps: items.map((one) => view(ctx, one)), ...(next === undefined ? {} : { nextToken: next }) };
    },
  },
  GetApp: { constraints: { appId: APP_ID }, resources, run: (input, ctx) => ({ app: view(ctx, apps.get(ctx, input.appId)) }) },
  DeleteApp: {
    constraints: { appId: APP_ID },
    resources,
    run(input, ctx) {
      const one = apps.get(ctx, input.appId);
      apps.drop(ctx, one.id);
      return { app: view(ctx, one) };
    },
  },
  CreateBranch: {
    constraints: { appId: APP_ID, branchName: { length: [1, 255] } },
    resources,
    run(input, ctx) {
      const app = apps.get(ctx, input.appId);
      if (Object.hasOwn(app.branches, input.branchName)) throw new LabError('BadRequestException', 'A branch with this name already exists.');
      const one = { name: input.branchName, created: ctx.now(), stage: input.stage ?? 'NONE' };
      app.branches[one.name] = one;
      return { branch: branchView(ctx, app, one) };
    },
  },
  ListBranches: {
    constraints: { appId: APP_ID },
    resources,
    run(input, ctx) {
      const app = apps.get(ctx, input.appId);
      const { items, next } = pageOf(ctx, Object.values(app.branches), { token: input.nextToken, max: input.maxResults || undefined, size: 10 }, [
        'BadRequestException',
        'Invalid nextToken.',
      ]);
      return { branches: items.map((one) => branchView(ctx, app, one)), ...(next === undefined ? {} : { nextToken: next }) };
    },
  },
};
