import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Build run with commands from the request', 'Compilación ejecutada con órdenes de la petición'),
  description: text(
    "CodeBuild ran what the caller wrote, not what the repository has, with the project's role and network. Debugging does it now and then.",
    'CodeBuild ejecutó lo que escribió quien llama, no lo del repositorio, con el rol y la red del proyecto. La depuración lo hace a veces.',
  ),
  severity: 'high',
  attack: ['T1059', 'T1648', 'T1195.002'],
  apis: ['codebuild:StartBuild', 'codebuild:StartBuildBatch'],
  when: (record) =>
    machinery(record) || !['buildspecOverride', 'serviceRoleOverride', 'imageOverride', 'sourceLocationOverride'].some((path) => askedText(record, path))
      ? undefined
      : text(
          `${who(record)} started a build of ${named(record, 'projectName')} with commands, image, source or role of his own.`,
          `${who(record)} inició una compilación de ${named(record, 'projectName')} con órdenes, imagen, origen o rol propios.`,
        ),
  examples: {
    hits: [
      example('other commands', call('codebuild:StartBuild', { projectName: 'app', buildspecOverride: 'version: 0.2' })),
      example('refused', denied('codebuild:StartBuild', { projectName: 'app', serviceRoleOverride: 'arn:aws:iam::111122223333:role/admin' })),
    ],
    quiet: [
      example('an ordinary build', call('codebuild:StartBuild', { projectName: 'app', sourceVersion: 'main' })),
      example('the pipeline', byService('codepipeline', 'codebuild:StartBuild', { projectName: 'app', sourceLocationOverride: 'x' })),
    ],
  },
};
