import { type Action, type ActionContext, type Check, type JsonObject, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { filter, type Instance, type Reservation } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { ec2At, placeOf } from '../shared/place.ts';
import { caseTags } from '../shared/snapshots.ts';
import { type Building, cloudFormation, readBuilding, readStack, regionOf, type StackAnswer, stackNameOf } from './workstation-reading.ts';
import { templateText } from './workstation-template.ts';

const STATUS = 'Stacks[0].StackStatus';

function plan(seen: Building): Step[] {
  const { place, stackName, status } = seen;
  if (status !== null && status !== 'CREATE_IN_PROGRESS') return [];
  const built = (stack: JsonObject | string): Step => ({
    id: 'built',
    why: text(
      'Waiting until network, endpoints and workstation are there (about five minutes)',
      'Esperando a la red, los puntos de enlace y la estación (unos cinco minutos)',
    ),
    read: cloudFormation(place, 'DescribeStacks', { StackName: stack }),
    until: [{ path: STATUS, is: 'CREATE_COMPLETE' }],
    fail: [{ path: STATUS, in: ['CREATE_FAILED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE'] }],
    lag: ['ValidationError'],
    every: 2,
    limit: 3600,
  });
  if (status !== null) return [built(stackName)];
  const parameter = (ParameterKey: string, ParameterValue: string): JsonObject => ({ ParameterKey, ParameterValue });
  return [
    {
      id: 'stack',
      why: text(
        `A forensic workstation in a network of its own in ${seen.zoneId}: no internet, Session Manager only. It costs by the hour (an ${seen.instanceType}, three interface endpoints) until the stack is deleted`,
        `Una estación forense en una red propia en ${seen.zoneId}: sin internet, solo Session Manager. Cuesta por hora (una ${seen.instanceType}, tres puntos de enlace) hasta borrar la pila`,
      ),
      call: cloudFormation(place, 'CreateStack', {
        StackName: stackName,
        TemplateBody: templateText({ image: seen.image, rootDevice: seen.rootDevice, kmsKeyId: seen.kmsKeyId ?? undefined }),
        Parameters: [parameter('ZoneId', seen.zoneId), parameter('S3PrefixList', seen.prefixList), parameter('InstanceType', seen.instanceType)],
        Capabilities: ['CAPABILITY_IAM'],
        ClientRequestToken: { $token: true },
        Tags: caseTags(seen.caseId, seen.responder, seen.instanceId ?? 'none'),
      }),
      repeat: 'safe',
      already: ['AlreadyExists', 'TokenAlreadyExists'],
      probe: {
        call: cloudFormation(place, 'DescribeStacks', { StackName: stackName }),
        absent: ['ValidationError'],
        done: [
          { path: STATUS, in: ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE'] },
          { path: "Stacks[0].Tags[?Key=='ir:change'].Value", is: [{ $token: true }] },
        ],
        ready: [{ path: 'Stacks[0]' }],
        output: 'Stacks[0].{StackId: StackId}',
      },
      undo: {
        calls: [
          cloudFormation(place, 'DeleteStack', { StackName: { $ref: 'stack#StackId' } }),
          {
            // By list: a stack that is gone, or never came to be, is an error under its name.
            read: cloudFormation(place, 'ListStacks', { StackStatusFilter: ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_FAILED'] }),
            until: [{ path: `length(StackSummaries[?StackName=='${stackName}'])`, is: 0 }],
            every: 2,
            limit: 3600,
          },
        ],
        loses: text(
          'Everything on the workstation’s own disk: export notes and findings first. Working volumes and snapshots stay.',
          'Todo lo que haya en el disco de la estación: exporte antes notas y hallazgos. Los volúmenes de trabajo y las instantáneas quedan.',
        ),
      },
      danger: [],
    },
    built({ $ref: 'stack#StackId' }),
  ];
}

interface Rule {
  readonly IsEgress?: boolean;
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly PrefixListId?: string;
  readonly ReferencedGroupInfo?: { readonly GroupId?: string };
}
interface Reading {
  readonly stack: NonNullable<StackAnswer['Stacks']>[number] | null;
  readonly instance: Instance | null;
  readonly gateways: number;
  readonly rules: readonly Rule[];
  readonly roots: readonly { readonly Encrypted?: boolean }[];
  readonly evidence: readonly string[];
}
async function read(ctx: ActionContext): Promise<Reading> {
  const place = placeOf(ctx, { region: regionOf(ctx.target) });
  const { stack, evidence } = await readStack(ctx, place, stackNameOf(ctx));
  const id = stack?.Outputs?.find((one) => one.OutputKey === 'WorkstationId')?.OutputValue;
  const none = { stack, instance: null, gateways: 0, rules: [], roots: [], evidence };
  if (id === undefined || !/^i-[0-9a-f]{8,17}$/.test(id)) return none;
  const found = await ctx.read<{ Reservations?: Reservation[] }>(ec2At(place, 'DescribeInstances', { InstanceIds: [id] }));
  const instance = found.output.Reservations?.[0]?.Instances?.[0];
  if (!instance) return none;
  const groups = (instance.SecurityGroups ?? []).flatMap((one) => one.GroupId ?? []);
  const disks = (instance.BlockDeviceMappings ?? []).flatMap((one) => (one.DeviceName === instance.RootDeviceName ? (one.Ebs?.VolumeId ?? []) : []));
  const [gateways, rules, roots] = await Promise.all([
    ctx.readAll<{ InternetGateways?: unknown[] }>(
      ec2At(place, 'DescribeInternetGateways', { Filters: [filter('attachment.vpc-id', instance.VpcId ?? 'none')] }),
    ),
    ctx.readAll<{ SecurityGroupRules?: Rule[] }>(ec2At(place, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', ...groups)] })),
    ctx.read<{ Volumes?: { Encrypted?: boolean }[] }>(ec2At(place, 'DescribeVolumes', { VolumeIds: disks })),
  ]);
  return {
    stack,
    instance,
    gateways: gateways.output.InternetGateways?.length ?? 0,
    rules: rules.output.SecurityGroupRules ?? [],
    roots: roots.output.Volumes ?? [],
    evidence: [...evidence, ...found.evidence, ...gateways.evidence, ...rules.evidence, ...roots.evidence],
  };
}

function built({ stack, instance, evidence }: Reading): Check {
  const status = stack?.StackStatus ?? null;
  const state = instance?.State?.Name ?? '-';
  const say = (verdict: Check['verdict'], en: string, es: string): Check => check('workstation-built', verdict, text(en, es), evidence);
  if (status === null) return say('fails', 'There is no workstation stack of this case.', 'No hay pila de estación de este caso.');
  if (instance && (state === 'running' || state === 'stopped'))
    return say(
      'holds',
      `The workstation ${instance.InstanceId} is ${state}, in ${instance.Placement?.AvailabilityZoneId ?? instance.Placement?.AvailabilityZone}. Sessions are recorded only where Session Manager preferences say so.`,
      `La estación ${instance.InstanceId} está en estado ${state}, en ${instance.Placement?.AvailabilityZoneId ?? instance.Placement?.AvailabilityZone}. Las sesiones solo se registran si lo dicen las preferencias de Session Manager.`,
    );
  const reason = oneLine(stack?.StackStatusReason, 200);
  return say(
    status === 'CREATE_IN_PROGRESS' || state === 'pending' ? 'unknown' : 'fails',
    `The stack is ${status}${reason && `: ${reason}`}; the workstation is ${state}.`,
    `La pila está en ${status}${reason && `: ${reason}`}; la estación, en ${state}.`,
  );
}

/** Nothing in, TLS to a group or a prefix list out, no way to the internet. */
function isolated({ instance, gateways, rules, evidence }: Reading): Check[] {
  if (!instance) return [];
  const open = rules.filter(
    (rule) => !(rule.IsEgress && rule.IpProtocol === 'tcp' && rule.FromPort === 443 && rule.ToPort === 443 && (rule.PrefixListId || rule.ReferencedGroupInfo)),
  );
  const wrong = [
    ...(instance.PublicIpAddress
      ? [text(`it has the public address ${instance.PublicIpAddress}`, `tiene la dirección pública ${instance.PublicIpAddress}`)]
      : []),
    ...(instance.Ipv6Address ? [text('it has an IPv6 address', 'tiene una dirección IPv6')] : []),
    ...(gateways > 0 ? [text('its network has an internet gateway', 'su red tiene una puerta de enlace de internet')] : []),
    ...(open.length > 0 ? [text(`${open.length} rules let more through`, `${open.length} reglas dejan pasar más`)] : []),
    ...(rules.length === 0 ? [text('its groups have no rule: Session Manager cannot reach it', 'sus grupos no tienen reglas: Session Manager no llega')] : []),
  ];
  const list = (lang: 'en' | 'es'): string => wrong.map((one) => one[lang]).join('; ');
  return [
    check(
      'workstation-isolated',
      wrong.length > 0 ? 'fails' : 'holds',
      wrong.length > 0
        ? text(`The workstation is not alone: ${list('en')}.`, `La estación no está aislada: ${list('es')}.`)
        : text('Nothing comes in, and out goes only TLS to the endpoints.', 'No entra nada, y solo sale TLS hacia los puntos de enlace.'),
      evidence,
    ),
  ];
}

function hardened({ instance, roots, evidence }: Reading): Check[] {
  if (!instance) return [];
  const good = instance.MetadataOptions?.HttpTokens === 'required' && roots.length > 0 && roots.every((one) => one.Encrypted === true);
  return [
    check(
      'workstation-hardened',
      good ? 'holds' : 'fails',
      good
        ? text('Its metadata asks for a session (IMDSv2), and its root is encrypted.', 'Sus metadatos exigen sesión (IMDSv2), y su raíz está cifrada.')
        : text(
            `Metadata tokens are ${oneLine(instance.MetadataOptions?.HttpTokens, 20)}, and its root is ${roots.some((one) => one.Encrypted) ? '' : 'not '}encrypted.`,
            `Los tokens de metadatos son ${oneLine(instance.MetadataOptions?.HttpTokens, 20)}, y su raíz ${roots.some((one) => one.Encrypted) ? '' : 'no '}está cifrada.`,
          ),
      evidence,
    ),
  ];
}

/** What CloudFormation calls with the responder's permissions while it makes and deletes the stack. */
export const THROUGH_CLOUDFORMATION = [
  ...['Vpc', 'Subnet', 'RouteTable', 'SecurityGroup', 'LaunchTemplate'].flatMap((one) => [`ec2:Create${one}`, `ec2:Delete${one}`]),
  'ec2:ModifyVpcAttribute',
  'ec2:ModifySubnetAttribute',
  'ec2:AssociateRouteTable',
  'ec2:DisassociateRouteTable',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:CreateVpcEndpoint',
  'ec2:DeleteVpcEndpoints',
  'ec2:RunInstances',
  'ec2:TerminateInstances',
  'ec2:CreateTags',
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:AttachRolePolicy',
  'iam:DetachRolePolicy',
  'iam:CreateInstanceProfile',
  'iam:DeleteInstanceProfile',
  'iam:AddRoleToInstanceProfile',
  'iam:RemoveRoleFromInstanceProfile',
] as const;

export const action: Action<Building> = {
  id: 'workstation',
  step: 9,
  title: text('Build a forensic workstation', 'Construir una estación forense'),
  permissions: [
    'cloudformation:CreateStack',
    'cloudformation:DescribeStacks',
    'cloudformation:ListStacks',
    'cloudformation:DeleteStack',
    'ec2:DescribeAvailabilityZones',
    'ec2:DescribeImages',
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypeOfferings',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeManagedPrefixLists',
    'ec2:DescribeSecurityGroupRules',
    'ec2:DescribeSnapshots',
    'ec2:DescribeVolumes',
    'ssm:GetParameter',
    ...THROUGH_CLOUDFORMATION,
  ],
  observe: readBuilding,
  plan,
  check: (ctx) =>
    readable(['workstation-built'], async () => {
      const judge = (seen: Reading): Check[] => [built(seen), ...isolated(seen), ...hardened(seen)];
      return judge(
        await settled(
          ctx,
          () => read(ctx),
          (seen) => judge(seen).every((one) => one.verdict === 'holds'),
        ),
      );
    }),
};
