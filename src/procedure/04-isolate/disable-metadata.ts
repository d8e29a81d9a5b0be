import { type Action, type ActionContext, type Check, type Json, type JsonObject, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, targetOf } from '../shared/ec2.ts';
import { flagOption } from '../shared/options.ts';

/** Members of MetadataOptions that are set together, and so put back together (EC2 API, ModifyInstanceMetadataOptions). */
const SETTINGS = ['HttpTokens', 'HttpPutResponseHopLimit', 'HttpProtocolIpv6', 'InstanceMetadataTags'] as const;

interface Observed {
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  readonly asked: boolean;
  /** enabled, disabled; null when EC2 does not say. */
  readonly endpoint: string | null;
  /** EC2 has carried the last change out. */
  readonly applied: boolean;
  /** The other settings as they are: how credentials may have leaked, and what undo puts back. */
  readonly settings: JsonObject;
}

async function look(ctx: ActionContext): Promise<Observed & { readonly evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const { instance, evidence } = await describeInstance(ctx, target);
  const options = (instance.MetadataOptions ?? {}) as Readonly<Record<string, Json | undefined>>;
  const settings: Record<string, Json> = {};
  for (const name of SETTINGS) if (options[name] !== undefined) settings[name] = options[name];
  return {
    instanceId: target.instanceId,
    region: target.region,
    state: instance.State?.Name ?? 'unknown',
    asked: flagOption(ctx, 'disableMetadata'),
    endpoint: typeof options.HttpEndpoint === 'string' ? options.HttpEndpoint : null,
    applied: options.State !== 'pending',
    settings,
    evidence,
  };
}
const gone = ({ state }: Observed): boolean => state === 'terminated' || state === 'shutting-down';
const isOff = (seen: Observed): boolean => seen.endpoint === 'disabled' && seen.applied;

function steps({ instanceId, region, settings }: Observed): Step[] {
  const id = `metadata.${instanceId}`;
  const options = 'Reservations[0].Instances[0].MetadataOptions';
  const read = ec2(region, 'DescribeInstances', { InstanceIds: [instanceId] });
  const before = [
    { path: `${options}.HttpEndpoint`, is: 'enabled' },
    ...SETTINGS.flatMap((name) => (settings[name] === undefined ? [] : [{ path: `${options}.${name}`, is: settings[name] }])),
  ];
  return [
    {
      id,
      why: text('The metadata service hands out no more credentials of the role', 'El servicio de metadatos deja de entregar credenciales del rol'),
      call: ec2(region, 'ModifyInstanceMetadataOptions', { InstanceId: instanceId, HttpEndpoint: 'disabled' }),
      repeat: 'safe',
      probe: { call: read, done: [{ path: `${options}.HttpEndpoint`, is: 'disabled' }], ready: [{ path: `${options}.HttpEndpoint`, is: 'enabled' }] },
      undo: {
        calls: [ec2(region, 'ModifyInstanceMetadataOptions', { InstanceId: instanceId, HttpEndpoint: 'enabled', ...settings })],
        done: before,
        loses: text(
          'Whoever is on the instance can get fresh credentials of its role again.',
          'Quien esté en la instancia puede volver a obtener credenciales de su rol.',
        ),
      },
      danger: [
        text(
          'The SSM Agent and every program on the instance that lives by its role lose their credentials when those they hold expire: access by SSM ends with it. Take memory first if that goes through SSM.',
          'El agente de SSM y todo programa de la instancia que dependa de su rol se quedan sin credenciales cuando caduquen las que tienen: el acceso por SSM termina con ello. Si la memoria se toma por SSM, hágalo antes.',
        ),
      ],
    },
    {
      id: `${id}.applied`,
      why: text('EC2 carries it out within seconds', 'EC2 lo aplica en segundos'),
      needs: [id],
      read,
      until: [
        { path: `${options}.HttpEndpoint`, is: 'disabled' },
        { path: `${options}.State`, is: 'applied' },
      ],
      every: 2,
      limit: 120,
    },
  ];
}

function verdict(seen: Observed & { readonly evidence: readonly string[] }): Check {
  const name = 'metadata-off';
  const { evidence } = seen;
  const { HttpTokens: tokens, HttpPutResponseHopLimit: hops } = seen.settings;
  if (gone(seen)) return check(name, 'holds', text(`The instance is ${seen.state}.`, `La instancia está en estado ${seen.state}.`), evidence);
  if (isOff(seen))
    return check(name, 'holds', text('The metadata service of the instance is off.', 'El servicio de metadatos de la instancia está apagado.'), evidence);
  const how = [
    `HttpTokens ${String(tokens ?? '?')}, hop limit ${String(hops ?? '?')}`,
    `HttpTokens ${String(tokens ?? '?')}, límite de saltos ${String(hops ?? '?')}`,
  ];
  if (!seen.asked)
    return check(
      name,
      'holds',
      text(`Left on, since nobody asked to switch it off (${how[0]}).`, `Sigue encendido, pues nadie pidió apagarlo (${how[1]}).`),
      evidence,
    );
  return seen.endpoint === 'disabled'
    ? check(name, 'unknown', text('EC2 is still switching it off (State pending).', 'EC2 aún lo está apagando (State pending).'), evidence)
    : check(name, 'fails', text(`The metadata service is still on (${how[0]}).`, `El servicio de metadatos sigue encendido (${how[1]}).`), evidence);
}

/** Option `disableMetadata`: without it the service stays as it is. */
export const action: Action<Observed> = {
  id: 'disable-metadata',
  step: 4,
  title: text('Switch the instance’s metadata service off', 'Apagar el servicio de metadatos de la instancia'),
  permissions: ['ec2:DescribeInstances', 'ec2:ModifyInstanceMetadataOptions'],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await look(ctx);
    return observed;
  },
  plan: (seen) => (seen.asked && !gone(seen) && seen.endpoint !== 'disabled' ? steps(seen) : []),
  check: (ctx) =>
    readable(['metadata-off'], async () => [
      verdict(
        await settled(
          ctx,
          () => look(ctx),
          (seen) => !seen.asked || gone(seen) || isOff(seen),
        ),
      ),
    ]),
};
