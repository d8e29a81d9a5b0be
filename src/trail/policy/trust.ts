import { type Text, text } from '../../kernel/index.ts';
import { deniesAll } from './allow.ts';
import { AWS_ACCOUNTS } from './aws-accounts.ts';
import { glob } from './glob.ts';
import { type Guards, guardsOf } from './guards.ts';
import type { Condition, Policy, Principals, Statement } from './read.ts';

export interface Trust {
  readonly who: 'anyone' | 'organisation' | 'account' | 'principal' | 'oidc' | 'saml' | 'service';
  /** As the policy names it: an ARN, an account number, a provider, a service's host name; `*`. */
  readonly name: string;
  readonly account: string | undefined;
  /** Somebody beyond one's own accounts is let in: a foreign account, anyone, or any user of a sign-in service that many share. */
  readonly outside: boolean;
  /** What the statement asks for besides; see Guards. */
  readonly guards: Guards;
  /** Lower case, at most twenty. */
  readonly actions: readonly string[];
  readonly why: Text;
}

const ARN = /^arn:[a-z0-9-]*:[a-z0-9-]+:[^:]*:(\d{12}|\*|):(.+)$/s;
/** Account of an ARN or account number; undefined for unique ids and what is neither. */
export function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  const account = ARN.exec(principal)?.[1];
  return account === '' ? undefined : account;
}
/** Sign-in services where anybody can have a user: without a test of `sub` (or, for Cognito, `aud`) the role is for all of them. */
const SHARED_ISSUERS =
  /(^|\/)(token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|oidc\.circleci\.com|agent\.buildkite\.com|api\.bitbucket\.org|oidc\.vercel\.com|accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com|cognito-identity\.amazonaws\.com|oidc\.prod-aws\.pulumi\.com)(\/|$)/;

/**
 * Whom a trust or resource policy lets in, with what it asks of them; Deny statements count when they deny everyone everything. One's own accounts, AWS's services
 * and AWS's own log-delivery accounts are no outsiders. An organisation is named but cannot be judged: nobody here knows one's own organisation's id.
 */
export function trustOf(policy: Policy, ownAccounts: ReadonlySet<string>): readonly Trust[] {
  const closed = policy.statements.some(
    (one) => one.effect === 'Deny' && one.principals?.anyone && one.conditions.length === 0 && one.actions?.includes('*') && (!one.resources || deniesAll(one)),
  );
  if (closed) return [];
  const found = policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => [...letIn(statement, ownAccounts, exceptions(policy, statement))]);
  return found.slice(0, 1000);
}

/**
 * "Deny everyone who is not of my organisation" says the same as allowing only them: such a Deny, of the same actions, is a condition of each Allow.
 * With two tests in one Deny either would let in, so only one counts (besides the one that spares AWS's own services).
 */
function exceptions(policy: Policy, allow: Statement): readonly Condition[] {
  const actions = allow.actions ?? ['*'];
  return policy.statements.flatMap((one) => {
    if (
      one.effect !== 'Deny' ||
      !one.principals?.anyone ||
      (one.resources && allow.resources && !allow.resources.every((item) => one.resources!.some((pattern) => glob(pattern, item))))
    )
      return [];
    if (!one.actions || one.notResources || !actions.every((action) => one.actions!.some((pattern) => glob(pattern, action)))) return [];
    const tests = one.conditions.filter(({ key }) => key !== 'aws:principalisawsservice');
    const positive = tests.length === 1 ? NEGATED.get(tests[0]!.operator) : undefined;
    return positive ? [{ ...tests[0]!, operator: positive, optional: false }] : [];
  });
}
const NEGATED = new Map([
  ['stringnotequals', 'stringequals'],
  ['stringnotequalsignorecase', 'stringequals'],
  ['stringnotlike', 'stringlike'],
  ['arnnotequals', 'arnequals'],
  ['arnnotlike', 'arnlike'],
  ['notipaddress', 'ipaddress'],
]);

function* letIn(statement: Statement, own: ReadonlySet<string>, besides: readonly Condition[]): Generator<Trust> {
  const guards = guardsOf([...statement.conditions, ...besides]);
  const actions = (statement.actions ?? ['*']).slice(0, 20);
  const make = (who: Trust['who'], name: string, account: string | undefined, outside: boolean, why: Text): Trust => ({
    who,
    name,
    account,
    outside,
    guards,
    actions,
    why,
  });
  if (statement.notPrincipals)
    yield make('anyone', '*', undefined, true, text('It lets in everyone but the named ones.', 'Deja entrar a todos salvo a los nombrados.'));
  const principals = statement.principals;
  if (!principals) return;
  if (isAnyone(principals)) yield* anyone(guards, own, make);
  for (const name of principals.aws) {
    const account = accountOf(name);
    if (account === '*' || name.includes('*')) continue;
    const wholeAccount = /^\d{12}$/.test(name) || name.endsWith(':root');
    // Without an account: unique ids of deleted principals, and CloudFront's identities.
    const outside = account !== undefined && !own.has(account) && !AWS_ACCOUNTS.has(account);
    yield make(
      wholeAccount ? 'account' : 'principal',
      name,
      account,
      outside,
      outside
        ? text(
            `It lets in account ${account}, which is not one of the known ones${asking(guards).en}.`,
            `Deja entrar a la cuenta ${account}, que no es una de las conocidas${asking(guards).es}.`,
          )
        : text('It lets in a principal of a known account.', 'Deja entrar a una entidad de una cuenta conocida.'),
    );
  }
  for (const name of principals.canonical)
    yield make(
      'principal',
      name,
      undefined,
      true,
      text('It lets in an S3 account by its canonical id.', 'Deja entrar a una cuenta de S3 por su identificador canónico.'),
    );
  for (const name of principals.services)
    yield make('service', name, undefined, false, text('It lets in an AWS service.', 'Deja entrar a un servicio de AWS.'));
  for (const name of principals.federated.filter((one) => one !== '*')) {
    const account = accountOf(name);
    const foreign = account !== undefined && !own.has(account);
    if (/:saml-provider\//.test(name)) {
      yield make(
        'saml',
        name,
        account,
        foreign,
        text('It lets in users of a SAML identity provider.', 'Deja entrar a usuarios de un proveedor de identidad SAML.'),
      );
      continue;
    }
    const open = SHARED_ISSUERS.test(name) && !(name.includes('cognito') ? guards.audience : guards.subject);
    yield make(
      'oidc',
      name,
      account,
      foreign || open,
      open
        ? text(
            'It lets in every user of a sign-in service that anybody can use: no subject is asked for.',
            'Deja entrar a cualquier usuario de un servicio de inicio de sesión abierto a todos: no pide un sujeto concreto.',
          )
        : text('It lets in users of an OIDC identity provider.', 'Deja entrar a usuarios de un proveedor de identidad OIDC.'),
    );
  }
}
const isAnyone = (principals: Principals): boolean =>
  principals.anyone || principals.federated.includes('*') || principals.services.includes('*') || principals.aws.some((name) => name.includes('*'));

type Make = (who: Trust['who'], name: string, account: string | undefined, outside: boolean, why: Text) => Trust;
/** `*` means whom the conditions leave. */
function* anyone(guards: Guards, own: ReadonlySet<string>, make: Make): Generator<Trust> {
  if (guards.accounts.length > 0) {
    for (const account of guards.accounts) {
      const outside = !own.has(account) && !AWS_ACCOUNTS.has(account);
      yield make(
        'account',
        account,
        account,
        outside,
        outside
          ? text(`It lets in account ${account}, which is not one of the known ones.`, `Deja entrar a la cuenta ${account}, que no es una de las conocidas.`)
          : text('It lets in a known account.', 'Deja entrar a una cuenta conocida.'),
      );
    }
    return;
  }
  for (const name of guards.organisations)
    yield make(
      'organisation',
      name,
      undefined,
      false,
      text('It lets in everyone in one organisation: see whether it is yours.', 'Deja entrar a todos los de una organización: compruebe que es la suya.'),
    );
  if (guards.organisations.length > 0) return;
  // A network of one's own narrows it as an account does; a public address does not: anyone may come from there.
  if (guards.network)
    return yield make(
      'anyone',
      '*',
      undefined,
      false,
      text('It lets in anyone, from one private network only.', 'Deja entrar a cualquiera, solo desde una red privada.'),
    );
  if (guards.bucket)
    return yield make('anyone', '*', undefined, false, text('It lets in whoever acts for one bucket.', 'Deja entrar a quien actúe por un bucket concreto.'));
  yield make(
    'anyone',
    '*',
    undefined,
    true,
    guards.addresses
      ? text('It lets in anyone in the world from some addresses.', 'Deja entrar a cualquiera desde ciertas direcciones.')
      : text('It lets in anyone in the world.', 'Deja entrar a cualquiera en el mundo.'),
  );
}
const asking = (guards: Guards): Text => (guards.externalId ? text(', with an external id', ', con un identificador externo') : text('', ''));
