import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';
import { MAX_RESULTS, paged } from './shared.ts';

interface Domain {
  id: string;
  name: string;
  created: number;
  ready: number;
  auth: string;
  settings: any;
  access: string;
}
interface App {
  id: string;
  domain: string;
  name: string;
  type: string;
  owner: { UserProfileName?: string; SpaceName?: string };
  resources: any;
  created: number;
  ready: number;
}
const notFound = (what: string): LabError => new LabError('ResourceNotFound', what);
const domains = shelf<Domain>('sagemakerDomains', (id) => notFound(`Domain [${id}] does not exist.`));
const apps = shelf<App>('sagemakerApps', (id) => notFound(`App [${id}] does not exist.`));
const domainArn = (ctx: LabContext, id: string): string => arnOf(ctx, 'sagemaker', `domain/${id}`);
const status = (ctx: LabContext, one: { ready: number }): string => (one.ready > ctx.now() ? 'Pending' : 'InService');
const summary = (ctx: LabContext, one: Domain) => ({
  DomainArn: domainArn(ctx, one.id),
  DomainId: one.id,
  DomainName: one.name,
  Status: status(ctx, one),
  CreationTime: date(one.created),
  LastModifiedTime: date(one.created),
  Url: `https://${one.id}.studio.${ctx.region.name}.sagemaker.aws`,
});

export const operations: LabOperations = {
  CreateDomain: {
    constraints: { DomainName: { length: [0, 63], pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}' }, AuthMode: { enum: ['SSO', 'IAM'] } },
    run(input, ctx) {
      if (domains.all(ctx).some((one) => one.name === input.DomainName)) throw new LabError('ResourceInUse', `Domain name ${input.DomainName} is in use.`);
      const id = `d-${ctx.uuid().replaceAll('-', '').slice(0, 12)}`;
      domains.put(ctx, id, {
        id,
        name: input.DomainName,
        created: ctx.now(),
        ready: ctx.due(300),
        auth: input.AuthMode,
        settings: plain(input.DefaultUserSettings),
        access: input.AppNetworkAccessType ?? 'PublicInternetOnly',
      });
      return { DomainArn: domainArn(ctx, id), DomainId: id, Url: `https://${id}.studio.${ctx.region.name}.sagemaker.aws` };
    },
  },
  ListDomains: {
    constraints: { MaxResults: MAX_RESULTS },
    run(input, ctx) {
      const { items, rest } = paged(ctx, domains.all(ctx), input);
      return { Domains: items.map((one) => summary(ctx, one)), ...rest };
    },
  },
  DescribeDomain: {
    constraints: { DomainId: { length: [0, 63], pattern: 'd-(-*[a-z0-9]){1,61}' } },
    run(input, ctx) {
      const one = domains.get(ctx, input.DomainId);
      return { ...summary(ctx, one), AuthMode: one.auth, DefaultUserSettings: one.settings, AppNetworkAccessType: one.access };
    },
  },
  CreateApp: {
    constraints: { DomainId: { length: [0, 63], pattern: 'd-(-*[a-z0-9]){1,61}' }, AppName: { length: [0, 63], pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}' } },
    run(input, ctx) {
      domains.get(ctx, input.DomainId);
      if ((input.UserProfileName === undefined) === (input.SpaceName === undefined))
        throw new LabError('ValidationException', 'Exactly one of UserProfileName and SpaceName must be given.', { status: 400 });
      const owner = input.UserProfileName === undefined ? { SpaceName: input.SpaceName } : { UserProfileName: input.UserProfileName };
      const id = `${input.DomainId}/${input.UserProfileName ?? input.SpaceName}/${input.AppType.toLowerCase()}/${input.AppName}`;
      if (apps.find(ctx, id)) throw new LabError('ResourceInUse', `App [${id}] already exists.`);
      apps.put(ctx, id, {
        id,
        domain: input.DomainId,
        name: input.AppName,
        type: input.AppType,
        owner,
        resources: plain(input.ResourceSpec ?? {}),
        created: ctx.now(),
        ready: ctx.due(180),
      });
      return { AppArn: arnOf(ctx, 'sagemaker', `app/${id}`) };
    },
  },
  ListApps: {
    constraints: { MaxResults: MAX_RESULTS },
    run(input, ctx) {
      const all = apps.all(ctx).filter((one) => (input.DomainIdEquals ?? one.domain) === one.domain);
      const { items, rest } = paged(ctx, all, input);
      return {
        Apps: items.map((one) => ({
          DomainId: one.domain,
          ...one.owner,
          AppType: one.type,
          AppName: one.name,
          Status: status(ctx, one),
          CreationTime: date(one.created),
          ResourceSpec: one.resources,
        })),
        ...rest,
      };
    },
  },
};
