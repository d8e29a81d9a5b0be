import { text as say, type Text } from '../../kernel/index.ts';
import { at, principalOf } from '../event.ts';
import { isActor, lastName } from './actor.ts';
import { type Asked, type Grant, grant, NOT_SHOWN } from './grant-words.ts';
import { managedName, managedPolicy } from './managed.ts';
import { type Power, powersOf } from './powers.ts';
import { type Policy, readPolicy } from './read.ts';

/** Nothing at all: only denied. */
const NOTHING = Symbol('nothing');
type Found = { readonly powers: readonly Power[]; readonly unclear: Text | undefined };
const unclear = (why: Text): Found => ({ powers: [], unclear: why });

const given = (policy: Policy): Found | typeof NOTHING =>
  policy.statements.some(({ effect }) => effect === 'Allow') ? { powers: powersOf(policy), unclear: undefined } : NOTHING;

function written(document: unknown): Found | typeof NOTHING {
  if (document === undefined || document === null) return unclear(NOT_SHOWN);
  const { policy, why } = readPolicy(document);
  return policy ? given(policy) : unclear(why);
}
function attached({ known }: Asked, arn: string | undefined): Found | typeof NOTHING {
  if (arn === undefined) return unclear(NOT_SHOWN);
  const name = managedName(arn);
  const policy = name === undefined ? known.policyOf?.(arn) : managedPolicy(name);
  if (policy) return given(policy);
  return unclear(
    name === undefined
      ? say(
          'What this policy allows is not in this event: see the event that wrote it.',
          'Lo que permite esta política no está en este evento: vea el evento que la escribió.',
        )
      : say('What this AWS managed policy allows is not known here.', 'Lo que permite esta política administrada de AWS no se conoce aquí.'),
  );
}
const first = ({ powers, unclear: why }: Found): Text => powers[0]?.why ?? why ?? say('It gives nothing of note.', 'No da nada destacable.');
const sentence = (en: string, es: string, found: Found): Text => say(`${en} ${first(found).en}`, `${es} ${first(found).es}`);

/** Policies attached to or written into users, groups, roles and permission sets, and policies themselves. */
export function identityGrant(asked: Asked): Grant | undefined {
  const { record, api, ask, known } = asked;
  const [service, name = ''] = api.split(':');
  if (service === 'sso') return permissionSet(asked);
  if (service !== 'iam') return undefined;
  const kind = /^(?:Put|Attach)(User|Group|Role)Policy$/.exec(name)?.[1]?.toLowerCase() as 'user' | 'group' | 'role' | undefined;
  if (kind) {
    const found = name.startsWith('Put') ? written(at(record, 'requestParameters.policyDocument')) : attached(asked, ask('policyArn'));
    if (found === NOTHING) return undefined;
    const to = ask(`${kind}Name`) ?? '';
    const self = to !== '' && (kind === 'group' ? (known.groupsOf?.(principalOf(record)).has(to) ?? false) : isActor(record, kind, to));
    const es = { user: 'un usuario', group: 'un grupo', role: 'un rol' }[kind];
    return grant({
      ...found,
      to: `${kind}/${to}`,
      self,
      why: self
        ? sentence('The actor gives himself a policy.', 'El actor se da a sí mismo una política.', found)
        : sentence(`A ${kind} is given a policy.`, `Se da una política a ${es}.`, found),
    });
  }
  if (name === 'CreatePolicy' || name === 'CreatePolicyVersion') {
    const found = written(at(record, 'requestParameters.policyDocument'));
    if (found === NOTHING) return undefined;
    const isDefault = name === 'CreatePolicy' || ask('setAsDefault') === 'true';
    const arn = ask('policyArn') ?? ask('policyName') ?? '';
    return grant({
      ...found,
      to: `policy/${arn}`,
      why:
        name === 'CreatePolicy'
          ? sentence('A policy is written, attached to nobody yet.', 'Se escribe una política, aún sin adjuntar a nadie.', found)
          : isDefault
            ? sentence('A policy is rewritten for all who have it.', 'Se reescribe una política para todos los que la tienen.', found)
            : sentence('A version of a policy is written that does not count yet.', 'Se escribe una versión de una política que aún no cuenta.', found),
    });
  }
  if (name === 'SetDefaultPolicyVersion')
    return grant({
      to: `policy/${ask('policyArn') ?? ''}`,
      unclear: say('What that version allows is not in this event.', 'Lo que permite esa versión no está en este evento.'),
      why: say('Another version of a policy counts from now on.', 'Desde ahora cuenta otra versión de una política.'),
    });
  if (name === 'AddUserToGroup') {
    const user = ask('userName') ?? '';
    const self = user !== '' && isActor(record, 'user', user);
    return grant({
      to: `user/${user}`,
      self,
      unclear: say('What the group may do is not in this event.', 'Lo que puede hacer el grupo no está en este evento.'),
      why: self
        ? say('The actor puts himself into a group.', 'El actor se mete a sí mismo en un grupo.')
        : say('A user is put into a group.', 'Se mete a un usuario en un grupo.'),
    });
  }
  const unbound = /^Delete(User|Role)PermissionsBoundary$/.exec(name)?.[1]?.toLowerCase() as 'user' | 'role' | undefined;
  if (unbound) {
    const to = ask(`${unbound}Name`) ?? '';
    return grant({
      to: `${unbound}/${to}`,
      self: to !== '' && isActor(record, unbound, to),
      unclear: say('What the boundary held back is not in this event.', 'Lo que frenaba el límite no está en este evento.'),
      why: say(
        'The boundary that limited an identity is gone: all its policies count in full.',
        'Desaparece el límite de una identidad: todas sus políticas cuentan por entero.',
      ),
    });
  }
  const bound = /^Put(User|Role)PermissionsBoundary$/.exec(name)?.[1]?.toLowerCase() as 'user' | 'role' | undefined;
  if (!bound) return undefined;
  const found = attached(asked, ask('permissionsBoundary'));
  if (found === NOTHING) return undefined;
  const wide = found.powers.some(({ kind: power }) => power === 'admin' || power === 'iam');
  if (!wide && !found.unclear) return undefined;
  return grant({
    ...found,
    to: `${bound}/${ask(`${bound}Name`) ?? ''}`,
    self: isActor(record, bound, ask(`${bound}Name`) ?? ''),
    why: say('The boundary of an identity is replaced.', 'Se reemplaza el límite de una identidad.'),
  });
}

function permissionSet(asked: Asked): Grant | undefined {
  const { record, api, ask } = asked;
  const set = `permission-set/${lastName(ask('permissionSetArn') ?? '')}`;
  if (api === 'sso:PutInlinePolicyToPermissionSet') {
    const found = written(at(record, 'requestParameters.inlinePolicy'));
    if (found === NOTHING) return undefined;
    return grant({ ...found, to: set, why: sentence('A permission set is given a policy.', 'Se da una política a un conjunto de permisos.', found) });
  }
  if (api === 'sso:AttachManagedPolicyToPermissionSet') {
    const found = attached(asked, ask('managedPolicyArn'));
    if (found === NOTHING) return undefined;
    return grant({ ...found, to: set, why: sentence('A permission set is given a policy.', 'Se da una política a un conjunto de permisos.', found) });
  }
  if (api !== 'sso:CreateAccountAssignment') return undefined;
  return grant({
    to: set,
    unclear: say('What the permission set allows is not in this event.', 'Lo que permite el conjunto de permisos no está en este evento.'),
    why: say('A person or group of Identity Center is given access to an account.', 'Se da acceso a una cuenta a una persona o grupo de Identity Center.'),
  });
}
