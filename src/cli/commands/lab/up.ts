import { plainText } from '../../../i18n/index.ts';
import { AplombError, EXIT, text } from '../../../kernel/index.ts';
import type { Briefing } from '../../../lab/scenarios/scenario.ts';
import { startLabProcess } from '../../lab-process.ts';
import { safeJson } from '../../render/json.ts';
import { type Command, string } from '../../spec.ts';

export const brief = text(
  'Keep a lab running for any AWS tool and print its export lines',
  'Mantener un laboratorio para cualquier herramienta de AWS e imprimir sus líneas export',
);
export const order = 11;
export const command: Command = {
  description: text(
    'Serves an attacked account on this machine: the aws CLI, boto3, Terraform and Aplomb can all be pointed at it. Ends with Ctrl-C.',
    'Sirve en esta máquina una cuenta atacada: se le pueden apuntar la CLI de aws, boto3, Terraform y el propio Aplomb. Termina con Ctrl-C.',
  ),
  positionals: [{ name: 'SCENARIO', optional: true, brief: text('Which attack (default: key-leak)', 'Qué ataque (por defecto: key-leak)') }],
  flags: {
    seed: { kind: 'string', placeholder: 'TEXT', brief: text('The same seed gives the same story', 'La misma semilla da la misma historia') },
    port: { kind: 'string', placeholder: 'PORT', brief: text('Port on 127.0.0.1 (default: a free one)', 'Puerto en 127.0.0.1 (por defecto: uno libre)') },
    load: { kind: 'string', placeholder: 'FILE', brief: text('Serve a saved world', 'Servir un mundo guardado') },
  },
  common: [],
  examples: [{ line: 'aplomb lab up --port 4567', why: text('paste the export lines into another terminal', 'pegue las líneas export en otra terminal') }],
  async run(io, values, [scenario = 'key-leak']) {
    const seed = string(values, 'seed') ?? String(Math.floor(Math.random() * 1e6));
    const load = string(values, 'load');
    const port = portOf(string(values, 'port'));
    const lab = await startLabProcess(
      { ...(load ? { load } : { scenario }), seed, ...(port ? { port } : {}) },
      { env: io.env, signal: io.signal, log: (line) => io.err(`# ${plainText(io.say(line))}`) },
    );
    const briefing = lab.briefing as Briefing;
    const lines = exportsOf(lab.url, briefing);
    if (io.json)
      io.out(
        safeJson({
          kind: 'event',
          code: 'lab',
          level: 'info',
          time: new Date().toISOString(),
          data: { url: lab.url, controlToken: lab.controlToken, seed, briefing, exports: lines },
        }),
      );
    else {
      for (const line of lines) io.out(line);
      io.err(`\n# ${plainText(briefing.alarm.text[io.lang], 1000)}`);
      io.err(
        io.lang === 'es'
          ? `# La clave filtrada es ${briefing.alarm.accessKeyId}; usted viene de ${briefing.responderIp}.`
          : `# The leaked key is ${briefing.alarm.accessKeyId}, and you come from ${briefing.responderIp}.`,
      );
      if (briefing.webServer)
        io.err(io.lang === 'es' ? `# El servidor web es ${briefing.webServer.publicIp}.` : `# The web server is ${briefing.webServer.publicIp}.`);
      for (const { id, roleArn } of briefing.accounts ?? [])
        io.err(io.lang === 'es' ? `# En la cuenta ${id} puede asumir ${roleArn}.` : `# In account ${id} you may assume ${roleArn}.`);
      io.err(io.lang === 'es' ? '# Ctrl-C termina el laboratorio.' : '# Ctrl-C ends the lab.');
    }
    const stop = new Promise<void>((resolve) => (io.signal.aborted ? resolve() : io.signal.addEventListener('abort', () => resolve(), { once: true })));
    const code = await Promise.race([stop.then(() => 'stopped' as const), lab.ended]);
    await lab.close();
    if (code !== 'stopped') throw new AplombError('LabFailed', `the lab ended by itself with ${code}`);
    return { exit: EXIT.ok, result: { url: lab.url, seed } };
  },
};

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new AplombError('BadPort', `"${given.slice(0, 20)}" is not a port`, { exit: EXIT.usage, fix: 'Give a number from 1 to 65535.' });
  return port;
}

/** Lines for a shell. AWS_CONFIG_FILE and the shared credentials are pointed at nothing, so that no profile gets in between. */
const exportsOf = (url: string, briefing: any): string[] => [
  `export AWS_ENDPOINT_URL='${url}'`,
  `export AWS_ACCESS_KEY_ID='${briefing.responder.accessKeyId}'`,
  `export AWS_SECRET_ACCESS_KEY='${briefing.responder.secretAccessKey}'`,
  `export AWS_REGION='${briefing.responder.region}' AWS_DEFAULT_REGION='${briefing.responder.region}'`,
  "export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true AWS_PAGER=''",
  'unset AWS_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN',
  '# Tools that know no general endpoint variable (aws CLI before 2.13, older SDKs) need --endpoint-url or one variable per service:',
  ...['EC2', 'IAM', 'STS', 'S3', 'LAMBDA', 'CLOUDTRAIL', 'SUPPORT', 'EBS', 'ACCOUNT'].map((service) => `export AWS_ENDPOINT_URL_${service}='${url}'`),
];
