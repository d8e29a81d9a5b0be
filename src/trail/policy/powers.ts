import { type Text, text } from '../../kernel/index.ts';
import { type Allowed, allowed } from './allow.ts';
import { POWERS, type PowerKind } from './paths.ts';
import { PATHS_TO_HARM } from './paths-harm.ts';
import { PATHS_UP } from './paths-up.ts';
import type { Policy } from './read.ts';

export type { PowerKind } from './paths.ts';
export interface Power {
  readonly kind: PowerKind;
  /** The permissions that make it, at most one hundred. */
  readonly actions: readonly string[];
  /** Resources as the policy names them, at most ten; undefined: all. */
  readonly on: readonly string[] | undefined;
  /** Only under a condition that the policy names. */
  readonly conditional: boolean;
  readonly why: Text;
}

/** In no service: allowed only by a policy that allows what it does not name. */
const UNNAMED = 'aplomb-no-such-service:Anything';
const READS = ['ec2:DescribeInstances', 'iam:ListUsers', 's3:ListAllMyBuckets', 'lambda:ListFunctions', 'rds:DescribeDBInstances', 'cloudtrail:LookupEvents'];
const shared = (found: readonly Allowed[]): Pick<Power, 'actions' | 'on' | 'conditional'> => ({
  actions: found.map(({ action }) => action).slice(0, 100),
  on: found.some(({ on }) => on === undefined) ? undefined : [...new Set(found.flatMap(({ on }) => on ?? []))].slice(0, 10),
  conditional: found.every(({ conditional }) => conditional),
});

/**
 * What a policy attached to a user, group or role really gives, gravest first; empty when it gives nothing of note (or only denies).
 * All of it (`admin`), the rewriting of permissions (`iam`), nearly all (`broad`), then single ways to more power or to harm. Whoever may do
 * everything is not told the single ways too. Names of resources are not resolved, and boundaries and organisation policies are not known here.
 */
export function powersOf(policy: Policy): readonly Power[] {
  const of = (action: string) => allowed(policy, action);
  const all = of(UNNAMED);
  const iam = [
    'iam:CreatePolicyVersion',
    'iam:AttachUserPolicy',
    'iam:PutRolePolicy',
    'iam:CreateAccessKey',
    'iam:UpdateAssumeRolePolicy',
    'iam:PassRole',
  ].flatMap((action) => of(action) ?? []);
  const wholeIam = iam.length === 6 && iam.every(({ on }) => on === undefined);
  if (all && all.on === undefined && wholeIam)
    return [
      {
        kind: 'admin',
        actions: ['*'],
        on: undefined,
        conditional: all.conditional,
        why: text('It can do everything in the account.', 'Puede hacerlo todo en la cuenta.'),
      },
    ];
  const powers: Power[] = [];
  if (wholeIam) powers.push({ ...shared(iam), kind: 'iam', why: text('It can give itself every permission.', 'Puede darse a sí mismo cualquier permiso.') });
  if (all && all.on === undefined)
    powers.push({
      kind: 'broad',
      actions: ['*'],
      on: undefined,
      conditional: all.conditional,
      why: text('It can do nearly everything: all but what the policy names.', 'Puede hacer casi todo: todo salvo lo que nombra la política.'),
    });
  for (const { kind, needs, why, ownIsFine } of [...PATHS_UP, ...PATHS_TO_HARM]) {
    if (wholeIam && needs.length === 1 && (kind === 'escalation' || kind === 'credentials') && needs[0]!.every((action) => action.startsWith('iam:'))) continue;
    const found = needs.map((any) => any.flatMap((action) => of(action) ?? []));
    if (found.some((any) => any.length === 0)) continue;
    const power: Power = { ...shared(found[0]!), actions: found.flat().map(({ action }) => action), kind, why };
    // One role, named: that is what the role's own policies say, and how applications are made.
    if (kind === 'movement' && power.on?.every((resource) => !resource.includes('*'))) continue;
    if (ownIsFine && power.on?.every((resource) => /\$\{aws:username\}/i.test(resource))) continue;
    powers.push(power);
  }
  if (powers.length === 0) {
    const reads = READS.flatMap((action) => of(action) ?? []);
    if (reads.length > 0) powers.push({ ...shared(reads), kind: 'reading', why: text('It can look around in the account.', 'Puede mirar por la cuenta.') });
  }
  return powers.sort((a, b) => POWERS.indexOf(a.kind) - POWERS.indexOf(b.kind) || Number(a.conditional) - Number(b.conditional));
}
