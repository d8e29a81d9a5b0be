import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, region, requestOf, strings, who } from '../data/reading.ts';

const NAMES =
  'xmrig|xmr-stak|cpuminer|minerd|nicehash|nanopool|supportxmr|moneroocean|hashvault|minexmr|c3pool|2miners|ethermine|unmineable|srbminer|lolminer|t-rex-miner|phoenixminer|nbminer|randomx|cryptonight|tnn-miner|astrominer';
const MINERS = new RegExp(`stratum\\+(tcp|ssl|tls)|\\b(${NAMES})\\b`, 'i');
/** Base64 that user data and scripts stand in is opened as well. */
const said = (record: TrailRecord): string =>
  strings(requestOf(record))
    .map((one) =>
      one.length > 40 && one.length < 100_000 && /^[A-Za-z0-9+/\s]+=*$/.test(one) ? `${one} ${Buffer.from(one, 'base64').toString('latin1')}` : one,
    )
    .join('\n')
    .slice(0, 200_000);
const miner = (record: TrailRecord) => MINERS.exec(said(record))?.[0];

export const detection: Detection = {
  title: text('Mining program or pool named in a request', 'Programa o pool de minería nombrado en una petición'),
  description: text(
    'A command, image or variable names a known miner or the protocol of mining pools. No other explanation holds for long.',
    'Una orden, imagen o variable nombra un minero conocido o el protocolo de los pools. Ninguna otra explicación se sostiene mucho tiempo.',
  ),
  severity: 'critical',
  attack: ['T1496.001'],
  apis: [
    'ecs:RegisterTaskDefinition',
    'ecs:RunTask',
    'ecs:CreateService',
    'ecs:CreateCluster',
    'batch:RegisterJobDefinition',
    'batch:SubmitJob',
    'lambda:CreateFunction',
    'lambda:UpdateFunctionConfiguration',
    'codebuild:CreateProject',
    'codebuild:UpdateProject',
    'codebuild:StartBuild',
    'sagemaker:CreateProcessingJob',
    'sagemaker:CreateTrainingJob',
    'sagemaker:CreateNotebookInstanceLifecycleConfig',
    'apprunner:CreateService',
    'lightsail:CreateContainerServiceDeployment',
    'lightsail:CreateInstances',
    'ec2:RunInstances',
    'amplify:CreateApp',
    'glue:CreateJob',
    'cloudformation:CreateStack',
    'ssm:CreateDocument',
  ],
  sql: `regexp_matches(requestParameters::VARCHAR, '(stratum|${NAMES}|"[A-Za-z0-9+/\\\\\\s\\x{80}-\\x{10ffff}]{41,}=*")', 'i')`,
  when(record) {
    const name = miner(record);
    if (name === undefined) return undefined;
    return text(
      `${who(record)} named ${name} in a call of ${api(record)} (${region(record)}).`,
      `${who(record)} nombró ${name} en una llamada a ${api(record)} (${region(record)}).`,
    );
  },
  examples: {
    hits: [
      example('a container', call('ecs:RegisterTaskDefinition', { family: 'x', containerDefinitions: [{ name: 'a', image: 'docker.io/x/xmrig:latest' }] })),
      example(
        'a script in base64',
        call('sagemaker:CreateNotebookInstanceLifecycleConfig', {
          notebookInstanceLifecycleConfigName: 'x',
          onStart: [{ content: 'IyEvYmluL3NoCi4vbWluZXIgLW8gc3RyYXR1bSt0Y3A6Ly9wb29sLmV4YW1wbGUubmV0OjMzMzM=' }],
        }),
      ),
      example(
        'refused',
        denied('batch:SubmitJob', { jobName: 'x', containerOverrides: { command: ['./minerd', '-o', 'stratum+tcp://pool.example.net:3333'] } }),
      ),
    ],
    quiet: [
      example('an ordinary container', call('ecs:RegisterTaskDefinition', { family: 'x', containerDefinitions: [{ name: 'a', image: 'nginx' }] })),
      example('a data miner', call('lambda:CreateFunction20150331', { functionName: 'text-miner' })),
    ],
  },
};
