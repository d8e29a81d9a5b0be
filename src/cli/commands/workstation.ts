import { writeFileSync } from 'node:fs';
import { foldFacts } from '../../evidence/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { DEFAULT_IMAGE, imageOption, templateText } from '../../procedure/09-volume/workstation-template.ts';
import { INSTANCE, WORKSTATION_FLAGS } from '../instance-flags.ts';
import type { Io } from '../io.ts';
import { type Command, type Ending, flag, string, type Values } from '../spec.ts';
import { instanceTarget } from '../target.ts';
import { verb } from '../verb.ts';

const acting = verb({
  name: 'workstation',
  about: 'instance',
  actions: () => ['workstation'],
  positional: INSTANCE,
  flags: WORKSTATION_FLAGS,
  examples: [],
  // It can be built before any instance is suspected: then only the place counts.
  async target(session, values, named) {
    const { alarm } = foldFacts(session.case.entries);
    if (named !== undefined || alarm.target !== undefined || alarm.instanceId !== undefined) return instanceTarget(session, named);
    const { account } = await session.aws.identity();
    return { region: string(values, 'region') ?? session.aws.region, account };
  },
});

export const brief = text('Step 9: a forensic workstation without internet, from a template', 'Paso 9: una estación forense sin internet, desde una plantilla');
export const order = 50;
export const command: Command = {
  ...acting,
  description: text(
    'A VPC without internet gateway, a private subnet, endpoints for Systems Manager and S3, and one instance that takes IMDSv2 only, with its root encrypted. Nothing comes in; you reach it with Session Manager. What is typed there is recorded only if your Session Manager preferences say so. It costs by the hour until you take it back with aplomb undo. The template alone (--template) needs no case and no AWS.',
    'Una VPC sin puerta de enlace de internet, una subred privada, puntos de enlace de Systems Manager y S3, y una instancia que solo acepta IMDSv2, con la raíz cifrada. No entra nada; se llega con Session Manager. Lo tecleado solo se registra si sus preferencias de Session Manager lo dicen. Cuesta por hora hasta retirarla con aplomb undo. La plantilla sola (--template) no necesita caso ni AWS.',
  ),
  flags: {
    ...WORKSTATION_FLAGS,
    template: {
      kind: 'boolean',
      brief: text('Only write the CloudFormation template, changing nothing', 'Solo escribir la plantilla de CloudFormation, sin cambiar nada'),
    },
    'root-device': {
      kind: 'string',
      placeholder: 'NAME',
      brief: text('With --template: root device of the image (default: /dev/xvda)', 'Con --template: dispositivo raíz de la imagen (por defecto: /dev/xvda)'),
    },
    out: {
      kind: 'string',
      placeholder: 'FILE',
      brief: text('With --template: the file (default: standard output)', 'Con --template: el fichero (por defecto: la salida estándar)'),
    },
  },
  examples: [
    { line: 'aplomb workstation --zone-of vol-0123456789abcdef0', why: text('beside a working volume', 'junto a un volumen de trabajo') },
    {
      line: 'aplomb workstation --template --workstation-image ami-0123456789abcdef0 --out forensic.json',
      why: text('the template with your own image, for your own pipeline', 'la plantilla con su propia imagen, para su propia canalización'),
    },
  ],
  run: (io, values, positionals) => (flag(values, 'template') ? template(io, values) : acting.run(io, values, positionals)),
};

async function template(io: Io, values: Values): Promise<Ending> {
  const image = imageOption(string(values, 'workstation-image'));
  const rootDevice = string(values, 'root-device');
  if (rootDevice !== undefined && !/^\/dev\/[a-z0-9]{1,20}$/.test(rootDevice))
    throw new AplombError('InvalidDevice', `${JSON.stringify(rootDevice)} is no device name.`, {
      exit: EXIT.usage,
      fix: 'Give the image’s own, such as /dev/sda1.',
    });
  const body = templateText({ image, kmsKeyId: string(values, 'forensic-key'), rootDevice });
  const file = string(values, 'out');
  if (file !== undefined) write(file, body);
  else if (!io.json) io.out(body.trimEnd());
  if (image !== DEFAULT_IMAGE && rootDevice === undefined)
    io.err(
      io.say(
        text(
          'Check the root device of this image: if it is not /dev/xvda, give it with --root-device, or its root is not encrypted under the key.',
          'Compruebe el dispositivo raíz de esta imagen: si no es /dev/xvda, indíquelo con --root-device, o su raíz no se cifra con la clave.',
        ),
      ),
    );
  return { exit: EXIT.ok, result: { file: file ?? null, image, bytes: Buffer.byteLength(body), ...(file === undefined ? { template: body } : {}) } };
}

function write(file: string, body: string): void {
  try {
    writeFileSync(file, body, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new AplombError('FileExists', `${file} exists already`, { exit: EXIT.usage, fix: 'Choose another name with --out.' });
  }
}
