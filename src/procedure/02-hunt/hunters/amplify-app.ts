import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';

const TYPE = 'AWS::Amplify::App';
interface App {
  appId?: string;
  appArn?: string;
  name?: string;
  createTime?: string;
  repository?: string;
  defaultDomain?: string;
  iamServiceRoleArn?: string;
  computeRoleArn?: string;
  buildSpec?: string;
}

/** A website under AWS's own name: what phishing pages are put on. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Amplify apps', 'Aplicaciones de Amplify'),
  permissions: ['amplify:ListApps'],
  createdByEvents: ['CreateApp'],
  changedByEvents: ['UpdateApp', 'CreateBranch', 'CreateDeployment', 'StartDeployment', 'CreateWebhook', 'CreateDomainAssociation'],
  names: ['appId', 'appArn'],
  async *scan(ctx, region) {
    for await (const one of listed<App>(ctx, 'amplify', region, 'ListApps', 'apps', { maxResults: 100 })) {
      if (one.appId === undefined || one.appArn === undefined) continue;
      yield foundAt(ctx, TYPE, region, one.appArn, one.appId, {
        createdAt: time(one.createTime),
        roles: rolesOf(ctx, one.iamServiceRoleArn, one.computeRoleArn),
        reasons: commandReasons([one.buildSpec]),
        detail: present({ name: oneLine(one.name, 100), domain: oneLine(one.defaultDomain, 100), repository: oneLine(one.repository) }),
      });
    }
  },
};
