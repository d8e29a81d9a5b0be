import { type Action, type ActionContext, AplombError, type Change, type Check, EXIT, type Step, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, filter, targetOf } from '../shared/ec2.ts';
import { listOption, textOption } from '../shared/options.ts';

/** A public IPv4 address on one private address of one interface. */
interface PublicAddress {
  readonly address: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
  readonly primary: boolean;
  /** Elastic: its ids. null for an automatic address of Amazon's. */
  readonly elastic: { readonly allocationId: string; readonly associationId: string } | null;
  /** Whom it belongs to when it is neither: a carrier, a NAT or load balancer service, another account. */
  readonly owner: string | null;
}
interface Observed {
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  readonly remove: boolean;
  readonly addresses: readonly PublicAddress[];
  readonly ipv6: readonly string[];
  /** The responder comes in over one of them: SSH or RDP from the internet. */
  readonly overThem: boolean;
}
interface InterfaceAnswer {
  readonly NetworkInterfaces?: readonly {
    readonly NetworkInterfaceId?: string;
    readonly Attachment?: { readonly DeviceIndex?: number };
    readonly PrivateIpAddresses?: readonly {
      readonly PrivateIpAddress?: string;
      readonly Association?: { readonly PublicIp?: string; readonly IpOwnerId?: string };
    }[];
    readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string }[];
  }[];
}

/** Option `publicAddresses`: keep (default: it is the responder's own way in) or remove. @throws AplombError (exit 2) */
function removal(ctx: ActionContext): boolean {
  const choice = textOption(ctx, 'publicAddresses') ?? 'keep';
  if (choice !== 'keep' && choice !== 'remove')
    throw new AplombError('InvalidPublicAddresses', `${JSON.stringify(choice)} is nothing that can be done with public addresses.`, {
      exit: EXIT.usage,
      fix: 'One of: keep, remove.',
    });
  return choice === 'remove';
}
/** Does somebody outside reach it by IPv4 over its own address? A bastion comes over the private one. */
function comesOverIt(ctx: ActionContext): boolean {
  if (textOption(ctx, 'access') === 'ssm') return false;
  const given = listOption(ctx, 'fromIp');
  const seen = ctx.facts.observed.isolate as { wanted?: { ingress?: { cidr?: string }[] } } | undefined;
  const from = given.length > 0 || listOption(ctx, 'bastion').length > 0 ? given : (seen?.wanted?.ingress ?? []).flatMap((rule) => rule.cidr ?? []);
  return from.some((one) => !one.includes(':') && !/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(one));
}

async function look(ctx: ActionContext): Promise<Observed & { readonly evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const remove = removal(ctx);
  const [described, attached] = await Promise.all([
    describeInstance(ctx, target),
    ctx.readAll<InterfaceAnswer>(
      ec2(target.region, 'DescribeNetworkInterfaces', {
        Filters: [filter('attachment.instance-id', target.instanceId)],
        IncludeManagedResources: true,
      }),
    ),
  ]);
  const interfaces = attached.output.NetworkInterfaces ?? [];
  const ids = interfaces.flatMap((one) => one.NetworkInterfaceId ?? []);
  const elastics = await ctx.readAll<{ Addresses?: { PublicIp?: string; AllocationId?: string; AssociationId?: string }[] }>(
    ec2(target.region, 'DescribeAddresses', { Filters: [filter('network-interface-id', ...(ids.length > 0 ? ids : ['none']))] }),
  );
  const elasticOf = (address: string): PublicAddress['elastic'] => {
    const { AllocationId, AssociationId } = (elastics.output.Addresses ?? []).find((one) => one.PublicIp === address) ?? {};
    return AllocationId && AssociationId ? { allocationId: AllocationId, associationId: AssociationId } : null;
  };
  return {
    instanceId: target.instanceId,
    region: target.region,
    state: described.instance.State?.Name ?? 'unknown',
    remove,
    addresses: interfaces.flatMap((one) =>
      (one.PrivateIpAddresses ?? []).flatMap(({ PrivateIpAddress, Association: public_ }): PublicAddress[] => {
        if (!public_?.PublicIp || !one.NetworkInterfaceId || !PrivateIpAddress) return [];
        const { PublicIp: address, IpOwnerId } = public_;
        const elastic = elasticOf(address);
        return [
          {
            address,
            interfaceId: one.NetworkInterfaceId,
            privateAddress: PrivateIpAddress,
            primary: one.Attachment?.DeviceIndex === 0,
            elastic,
            owner: elastic === null && IpOwnerId !== 'amazon' ? (IpOwnerId ?? 'unknown') : null,
          },
        ];
      }),
    ),
    ipv6: interfaces.flatMap((one) => (one.Ipv6Addresses ?? []).flatMap((a) => a.Ipv6Address ?? [])),
    overThem: comesOverIt(ctx),
    evidence: [...described.evidence, ...attached.evidence, ...elastics.evidence],
  };
}

/** What the EC2 API can take off: an automatic address sits on the primary interface only. */
const removable = (one: PublicAddress): boolean => one.elastic !== null || (one.owner === null && one.primary);

/** A change that would cut the responder's own way asks for the word. */
const sawing = (seen: Observed, address: string): Pick<Change, 'danger' | 'typed'> => {
  const lost = text(
    `Whoever uses ${address} (customers, DNS records, allow-lists elsewhere) no longer reaches the instance.`,
    `Quien use ${address} (clientes, registros DNS, listas de permitidos) deja de llegar a la instancia.`,
  );
  if (!seen.overThem) return { danger: [lost] };
  return {
    danger: [
      text(
        `You come in over ${address} yourself: without it your SSH or RDP ends. Use --access ssm or --bastion first.`,
        `Usted mismo entra por ${address}: sin ella termina su SSH o RDP. Use antes --access ssm o --bastion.`,
      ),
      lost,
    ],
    // One word for all of them.
    ...(address === seen.addresses.find(removable)?.address ? { typed: 'REMOVE' } : {}),
  };
};

function disassociate(seen: Observed, one: PublicAddress, elastic: NonNullable<PublicAddress['elastic']>): Change {
  const { allocationId, associationId } = elastic;
  const tie = [
    { path: 'Addresses[0].NetworkInterfaceId', is: one.interfaceId },
    { path: 'Addresses[0].PrivateIpAddress', is: one.privateAddress },
  ];
  return {
    id: `elastic.${allocationId}`,
    why: text(
      `Elastic IP address ${one.address} off ${one.interfaceId}; it stays yours`,
      `La dirección IP elástica ${one.address} se quita de ${one.interfaceId}; sigue siendo suya`,
    ),
    call: ec2(seen.region, 'DisassociateAddress', { AssociationId: associationId }),
    repeat: 'safe',
    already: ['InvalidAssociationID.NotFound'],
    probe: {
      call: ec2(seen.region, 'DescribeAddresses', { AllocationIds: [allocationId] }),
      done: [
        { path: 'Addresses[0].AllocationId', is: allocationId },
        { path: 'Addresses[0].AssociationId', is: null },
      ],
      ready: tie,
    },
    undo: {
      calls: [
        ec2(seen.region, 'AssociateAddress', {
          AllocationId: allocationId,
          NetworkInterfaceId: one.interfaceId,
          PrivateIpAddress: one.privateAddress,
          AllowReassociation: false,
        }),
      ],
      done: tie,
    },
    ...sawing(seen, one.address),
  };
}
function unassign(seen: Observed, one: PublicAddress): Change {
  const path = 'NetworkInterfaces[0].Association.PublicIp';
  const set = (on: boolean) => ec2(seen.region, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: one.interfaceId, AssociatePublicIpAddress: on });
  return {
    id: `automatic.${one.interfaceId}`,
    why: text(
      `Automatic public address ${one.address} off ${one.interfaceId}`,
      `La dirección pública automática ${one.address} se quita de ${one.interfaceId}`,
    ),
    call: set(false),
    repeat: 'safe',
    probe: {
      call: ec2(seen.region, 'DescribeNetworkInterfaces', { NetworkInterfaceIds: [one.interfaceId] }),
      done: [
        { path: 'NetworkInterfaces[0].NetworkInterfaceId', is: one.interfaceId },
        { path, is: null },
      ],
      ready: [{ path, is: one.address }],
    },
    undo: {
      calls: [set(true)],
      done: [{ path: `${path} != \`null\``, is: true }],
      loses: text(
        `The instance gets another public address: ${one.address} goes back to Amazon and does not return.`,
        `La instancia recibe otra dirección pública: ${one.address} vuelve a Amazon y no se recupera.`,
      ),
    },
    ...sawing(seen, one.address),
  };
}

const down = ({ state }: Observed): boolean => state === 'terminated';
function verdict(seen: Observed & { readonly evidence: readonly string[] }): Check {
  const name = 'public-addresses';
  const { evidence, addresses, ipv6 } = seen;
  const one = (verdict: Check['verdict'], why: Text) => check(name, verdict, why, evidence);
  const list = addresses.map((each) => each.address).join(', ');
  const [six, seis] =
    ipv6.length === 0
      ? ['', '']
      : [
          ` IPv6 stays (${ipv6.join(', ')}): such addresses are always global, the isolation group closes them.`,
          ` IPv6 se queda (${ipv6.join(', ')}): esas direcciones son siempre globales, las cierra el grupo de aislamiento.`,
        ];
  if (addresses.length === 0)
    return one('holds', text(`No interface has a public IPv4 address.${six}`, `Ninguna interfaz tiene dirección IPv4 pública.${seis}`));
  if (!seen.remove) return one('holds', text(`Kept, as asked: ${list}.${six}`, `Se conservan, como se pidió: ${list}.${seis}`));
  const stuck = addresses.filter((each) => !removable(each));
  const why = stuck.length === 0 ? '' : ` (${stuck.map((each) => `${each.address}: ${each.owner ?? each.interfaceId}`).join('; ')})`;
  return one('fails', text(`Still there: ${list}${why}.${six}`, `Siguen ahí: ${list}${why}.${seis}`));
}

export const action: Action<Observed> = {
  id: 'remove-public-addresses',
  step: 4,
  title: text('Take the public addresses off the instance', 'Quitar a la instancia sus direcciones públicas'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeAddresses',
    'ec2:DisassociateAddress',
    'ec2:AssociateAddress',
    'ec2:ModifyNetworkInterfaceAttribute',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await look(ctx);
    return observed;
  },
  /** An instance with one interface gets an automatic address minutes after its Elastic IP has gone (VPC user guide): the check sees it, the next run takes it. */
  plan(seen): Step[] {
    if (!seen.remove || down(seen)) return [];
    return seen.addresses.filter(removable).map((one) => (one.elastic === null ? unassign(seen, one) : disassociate(seen, one, one.elastic)));
  },
  check: (ctx) =>
    readable(['public-addresses'], async () => [
      verdict(
        await settled(
          ctx,
          () => look(ctx),
          (seen) => !seen.remove || seen.addresses.length === 0,
        ),
      ),
    ]),
};
