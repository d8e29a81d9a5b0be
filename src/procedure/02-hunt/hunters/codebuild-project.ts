import type { ActionContext, Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';

const TYPE = 'AWS::CodeBuild::Project';
interface Project {
  name?: string;
  arn?: string;
  created?: string;
  serviceRole?: string;
  source?: { type?: string; location?: string; buildspec?: string };
  environment?: { type?: string; image?: string; computeType?: string; privilegedMode?: boolean };
  webhook?: { url?: string; filterGroups?: unknown[] };
  projectVisibility?: string;
}
/** BatchGetProjects takes a hundred names. */
const BATCH = 100;

function view(ctx: ActionContext, region: string, one: Project): Found[] {
  if (one.name === undefined || one.arn === undefined) return [];
  const reasons: Reason[] = commandReasons([one.source?.buildspec]);
  if (one.projectVisibility === 'PUBLIC_READ')
    reasons.push({ code: 'public', text: text('anybody may read its builds and their logs', 'cualquiera puede leer sus compilaciones y registros') });
  if (/GPU/.test(one.environment?.type ?? ''))
    reasons.push({ code: 'gpu', text: text('builds on machines with graphics processors', 'compila en máquinas con procesadores gráficos') });
  return [
    foundAt(ctx, TYPE, region, one.arn, one.name, {
      createdAt: time(one.created),
      roles: rolesOf(ctx, one.serviceRole),
      reasons,
      detail: present({
        source: oneLine([one.source?.type, one.source?.location].filter(Boolean).join(' ')),
        image: oneLine(one.environment?.image),
        compute: one.environment?.computeType,
        privileged: one.environment?.privilegedMode,
        webhook: one.webhook === undefined ? undefined : one.webhook.filterGroups?.length ? 'filtered' : 'builds at every push',
        // A runner for somebody's GitHub repository is the same project with another source.
        inlineBuildspec: one.source?.buildspec?.includes('\n') || undefined,
      }),
    }),
  ];
}

/** Projects that run commands with a role, on a schedule or at every push to somebody's repository. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('CodeBuild projects', 'Proyectos de CodeBuild'),
  permissions: ['codebuild:ListProjects', 'codebuild:BatchGetProjects'],
  createdByEvents: ['CreateProject'],
  changedByEvents: ['UpdateProject', 'CreateWebhook', 'UpdateWebhook', 'StartBuild', 'StartBuildBatch', 'UpdateProjectVisibility', 'PutResourcePolicy'],
  names: ['projectName', 'projectArn', 'name', 'arn'],
  async *scan(ctx, region) {
    let names: string[] = [];
    const described = async () => (await read<{ projects?: Project[] }>(ctx, 'codebuild', region, 'BatchGetProjects', { names })).projects ?? [];
    for await (const name of listed<string>(ctx, 'codebuild', region, 'ListProjects', 'projects')) {
      names.push(name);
      if (names.length < BATCH) continue;
      for (const one of await described()) yield* view(ctx, region, one);
      names = [];
    }
    if (names.length > 0) for (const one of await described()) yield* view(ctx, region, one);
  },
};
