import { type Action, type Check, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { admittedFits, denySteps, subnetSteps } from './cut/deny.ts';
import { type Cutting, type CuttingReading, denialsOf, denies, isCurrent, methodsOf, readCutting, subnetsOf } from './cut/observation.ts';
import { twoSteps } from './cut/two-step.ts';
import { NETWORK_READS } from './network/read.ts';
import { flowWords } from './network/words.ts';

const isDown = (state: string): boolean => state === 'stopped' || state === 'terminated';

/**
 * Cuts the connections that the isolation group leaves alive, by the ways the option `cut` names:
 * `two-step` an open group for seconds and back (cuts what is tracked by its rules), `acl` the host denied in every other subnet's ACL (also through a
 * NAT gateway there), `acl-subnet` its whole subnet denied. ACLs first, so that the opening happens behind them.
 */
export const action: Action<Cutting> = {
  id: 'cut-connections',
  step: 4,
  title: text('Cut the connections that are still open', 'Cortar las conexiones que siguen abiertas'),
  permissions: [
    ...NETWORK_READS,
    'ec2:CreateSecurityGroup',
    'ec2:DeleteSecurityGroup',
    'ec2:CreateTags',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:AuthorizeSecurityGroupEgress',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:CreateNetworkAcl',
    'ec2:DeleteNetworkAcl',
    'ec2:CreateNetworkAclEntry',
    'ec2:DeleteNetworkAclEntry',
    'ec2:ReplaceNetworkAclAssociation',
  ],
  async observe(ctx) {
    // What is not isolated is not opened: a look that is too early would leave its connections alive.
    const { cutting } = await settled(
      ctx,
      () => readCutting(ctx),
      (seen) => isCurrent(ctx, seen.cutting),
    );
    return cutting;
  },
  plan(seen): Step[] {
    // There is nothing to cut any more; what an earlier run left open is closed nevertheless.
    if (isDown(seen.state)) return leftOpen(seen);
    const cover = [...denySteps(seen), ...subnetSteps(seen)];
    return [
      ...cover,
      ...(seen.methods.includes('two-step')
        ? twoSteps(
            seen,
            cover.map((step) => step.id),
          )
        : leftOpen(seen)),
    ];
  },
  async check(ctx) {
    const methods = methodsOf(ctx);
    return readable(['open-group-gone', ...methods], async () =>
      verdicts(
        await settled(
          ctx,
          () => readCutting(ctx),
          (seen) => verdicts(seen).every((one) => one.verdict === 'holds'),
        ),
      ),
    );
  },
};

/** An opening that was broken off is closed whatever is asked for now. */
const leftOpen = (seen: Cutting): Step[] => twoSteps({ ...seen, interfaces: seen.interfaces.filter((one) => one.open) }, []);

function verdicts({ cutting, state, evidence }: CuttingReading): Check[] {
  const open = cutting.interfaces.filter((one) => one.open).map((one) => one.id);
  const groups = cutting.openGroups.flatMap((one) => one.groupId ?? []);
  const gone =
    open.length > 0
      ? check(
          'open-group-gone',
          'fails',
          text(`OPEN TO EVERYBODY: ${open.join(', ')} still stand in the open group.`, `ABIERTAS A TODOS: ${open.join(', ')} siguen en el grupo abierto.`),
          evidence,
        )
      : groups.length > 0
        ? check(
            'open-group-gone',
            'fails',
            text(
              `The open group ${groups.join(', ')} is still there, though nobody is in it.`,
              `El grupo abierto ${groups.join(', ')} sigue ahí, aunque sin nadie dentro.`,
            ),
            evidence,
          )
        : check('open-group-gone', 'holds', text('No interface stands open.', 'Ninguna interfaz está abierta.'), evidence);
  if (isDown(cutting.state)) return [gone];
  return [
    gone,
    ...cutting.methods.map((method) =>
      method === 'two-step' ? twoStep(cutting, evidence) : method === 'acl' ? acl(cutting, state, evidence) : subnet(cutting, state, evidence),
    ),
  ];
}

function twoStep(seen: Cutting, evidence: readonly string[]): Check {
  const not = seen.interfaces.filter((one) => !one.cut);
  const strangers = not.filter((one) => one.stranger);
  if (strangers.length > 0)
    return check(
      'two-step',
      'fails',
      text(`Not isolated, so not opened: ${ids(strangers)}. Isolate first.`, `Sin aislar, y por eso no se abrieron: ${ids(strangers)}. Aísle primero.`),
      evidence,
    );
  if (not.length > 0)
    return check(
      'two-step',
      'fails',
      text(`Not seen open and then closed since it was isolated: ${ids(not)}.`, `No se vio abierta y luego cerrada desde su aislamiento: ${ids(not)}.`),
      evidence,
    );
  const always = seen.flows.filter((flow) => flow.tracked === 'always');
  const rest = always.length > 0 ? flowWords(always) : null;
  return check(
    'two-step',
    'holds',
    text(
      `Seen open, then closed again: ${ids(seen.interfaces)}. EC2 does not show tracked connections; flow logs do, minutes later.${rest ? ` What is always tracked was not cut by this: ${rest.en}.` : ''}`,
      `Vistas abiertas y cerradas de nuevo: ${ids(seen.interfaces)}. EC2 no muestra las conexiones registradas; los registros de flujo sí, minutos después.${rest ? ` Lo que siempre se registra no se ha cortado así: ${rest.es}.` : ''}`,
    ),
    evidence,
  );
}
const ids = (list: readonly { id: string }[]): string => list.map((one) => one.id).join(', ');

function acl(seen: Cutting, state: CuttingReading['state'], evidence: readonly string[]): Check {
  const unread = seen.missing.find((one) => one.startsWith('DescribeNetworkAcls'));
  if (unread) return check('acl', 'unknown', text(`Network ACLs could not be read: ${unread}.`, `No se pudieron leer las ACL de red: ${unread}.`), evidence);
  const left = denialsOf(state).filter((one) => one.entries.length > 0 || one.noRoom.length > 0);
  const all = denialsOf(state);
  if (left.length > 0)
    return check(
      'acl',
      'fails',
      text(
        `Still let through: ${left.map((one) => `${one.aclId} (${[...one.entries.map((entry) => entry.cidr), ...one.noRoom].join(', ')}${one.noRoom.length > 0 ? ', no number free below its lowest entry' : ''})`).join('; ')}.`,
        `Aún dejan pasar: ${left.map((one) => `${one.aclId} (${[...one.entries.map((entry) => entry.cidr), ...one.noRoom].join(', ')}${one.noRoom.length > 0 ? ', sin número libre bajo su entrada más baja' : ''})`).join('; ')}.`,
      ),
      evidence,
    );
  return check(
    'acl',
    'holds',
    all.length === 0
      ? text(
          'No other subnet has an ACL that could deny the instance: this way cuts nothing here.',
          'Ninguna otra subred tiene una ACL que pudiera denegar la instancia: aquí esta vía no corta nada.',
        )
      : text(
          `${all.map((one) => one.aclId).join(', ')} deny the instance in every other subnet.`,
          `${all.map((one) => one.aclId).join(', ')} deniegan la instancia en todas las demás subredes.`,
        ),
    evidence,
  );
}

function subnet(seen: Cutting, state: CuttingReading['state'], evidence: readonly string[]): Check {
  const now = subnetsOf(state);
  const open = now.filter((one) => !one.done);
  if (now.length === 0 || seen.missing.some((one) => one.startsWith('DescribeNetworkAcls')))
    return check('acl-subnet', 'unknown', text('The ACL of the subnet could not be read.', 'No se pudo leer la ACL de la subred.'), evidence);
  if (open.length > 0)
    return check(
      'acl-subnet',
      'fails',
      text(
        `Still with its former ACL: ${open.map((one) => `${one.subnetId} (${one.aclId})`).join(', ')}.`,
        `Aún con su ACL anterior: ${open.map((one) => `${one.subnetId} (${one.aclId})`).join(', ')}.`,
      ),
      evidence,
    );
  const ours = state.acls.filter((one) => now.some((each) => each.aclId === one.id));
  const admits = new Set(admittedFits(seen.admitted).map((one) => (one.cidr.includes('/') ? one.cidr : `${one.cidr}/${one.cidr.includes(':') ? 128 : 32}`)));
  const strange = ours.flatMap((one) =>
    one.entries
      .filter((entry) => entry.allow && !admits.has(entry.cidr) && !denies(one, entry.egress, entry.cidr))
      .map((entry) => `${one.id} entry ${entry.number}`),
  );
  return strange.length > 0
    ? check('acl-subnet', 'fails', text(`Entries that must not be there: ${strange.join(', ')}.`, `Hay entradas que sobran: ${strange.join(', ')}.`), evidence)
    : check(
        'acl-subnet',
        'holds',
        text(
          `Nothing passes into or out of ${now.map((one) => one.subnetId).join(', ')}${admits.size > 0 ? ` but for ${[...admits].join(', ')}` : ''}.`,
          `Nada entra ni sale de ${now.map((one) => one.subnetId).join(', ')}${admits.size > 0 ? ` salvo ${[...admits].join(', ')}` : ''}.`,
        ),
        evidence,
      );
}
