import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Build project made or changed', 'Proyecto de compilación creado o cambiado'),
  description: text(
    "What runs in a build has the project's role and the sources. Miners use builds as computers; intruders put commands into them, or runners that take orders from outside.",
    'Lo que corre en una compilación tiene el rol del proyecto y el código. Los mineros usan compilaciones como ordenadores; los intrusos les ponen órdenes o ejecutores que obedecen desde fuera.',
  ),
  severity: 'low',
  attack: ['T1648', 'T1195.002'],
  apis: [
    'codebuild:CreateProject',
    'codebuild:UpdateProject',
    'codebuild:CreateWebhook',
    'codebuild:ImportSourceCredentials',
    'codebuild:CreateFleet',
    'codebuild:UpdateProjectVisibility',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for build project ${named(record, 'name', 'projectName', 'projectArn', 'serverType')}.`,
          `${who(record)} llamó a ${api(record)} para el proyecto de compilación ${named(record, 'name', 'projectName', 'projectArn', 'serverType')}.`,
        ),
  examples: {
    hits: [
      example(
        'made',
        call('codebuild:CreateProject', {
          name: 'x',
          source: { type: 'NO_SOURCE', buildspec: 'version: 0.2' },
          serviceRole: 'arn:aws:iam::111122223333:role/r',
        }),
      ),
      example('refused', denied('codebuild:UpdateProject', { name: 'x' })),
    ],
    quiet: [
      example('Amplify', byService('amplify', 'codebuild:CreateProject', { name: 'x' })),
      example('CodeStar', byService('codestar', 'codebuild:CreateWebhook', { projectName: 'x' })),
    ],
  },
};
