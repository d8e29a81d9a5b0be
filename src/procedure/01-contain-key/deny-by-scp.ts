import { codeOf } from '../../engine/outcome.ts';
import type { Action, ActionContext, Call, Check, Step, Value } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { resolveKey } from '../shared/key.ts';
import { textOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { inShort, isAwsFailure, saysDenied } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';

interface Observed {
  readonly region: string;
  /** Credentials of the management account (or of a delegated administrator for policies). */
  readonly as: string | null;
  readonly target: string;
  readonly name: string;
  /** ARNs of users and roles that the policy denies everything. */
  readonly principals: readonly string[];
  readonly policyId: string | null;
  readonly attached: boolean;
  readonly evidence: readonly string[];
}
const POLICY = 'SERVICE_CONTROL_POLICY';
/** AWS Organizations: names of policies have up to 128 characters. */
const nameOf = (caseId: string): string => `Aplomb-${caseId.replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 100)}-deny`;

const document = (principals: readonly string[]): Value => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'AplombDenyCompromised', Effect: 'Deny', Action: '*', Resource: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': [...principals] } } }],
});

/** A refusal that says what to do. */
const refuse = (code: string, message: string, fix: string) => new AplombError(code, message, { fix, exit: EXIT.usage });

async function compromised(ctx: ActionContext): Promise<string[]> {
  const { owner } = await resolveKey(ctx);
  const user = owner.type === 'user' ? await ctx.read<{ User?: { Arn?: string } }>(iam(ctx, 'GetUser', { UserName: owner.userName })) : null;
  const hunt = huntOf(ctx.facts);
  const made = (hunt?.found ?? []).filter((one) => one.byKey === true && one.alive && /^AWS::IAM::(User|Role)$/.test(one.type)).map((one) => one.arn);
  const arns = [...(user?.output.User?.Arn ? [user.output.User.Arn] : []), ...made];
  return [...new Set(arns)].filter((arn) => /^arn:aws[a-z-]*:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/.test(arn) && arn !== ctx.facts.callerArn).sort();
}

async function look(ctx: ActionContext): Promise<Observed> {
  const as = textOption(ctx, 'organizationAs') ?? null;
  const region = partition(ctx).globalRegion;
  const call = (operation: string, input: Value): Call => ({ ...(as ? { as } : {}), service: 'organizations', operation, region, input });
  const [organization, principals] = await Promise.all([
    ctx.read<{ Organization?: { MasterAccountId?: string; AvailablePolicyTypes?: { Type?: string; Status?: string }[] } }>(call('DescribeOrganization', {})),
    compromised(ctx),
  ]);
  const target = textOption(ctx, 'target') ?? ctx.facts.account ?? '';
  if (!/^(\d{12}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/.test(target))
    throw refuse('InvalidTarget', 'the target is no account, organisational unit or root', 'Give --target with a 12-digit account, ou-... or r-...');
  if (target === organization.output.Organization?.MasterAccountId)
    throw refuse(
      'ManagementAccount',
      `${target} is the management account: service control policies do not bind it`,
      'Contain the key by IAM there (aplomb contain-key); no policy of the organisation can.',
    );
  if (principals.length === 0)
    throw refuse('NobodyToDeny', 'no user or role is known that the policy would deny', 'Run aplomb contain-key and aplomb hunt first.');
  const name = nameOf(ctx.facts.caseId);
  const listed = await ctx.readAll<{ Policies?: { Id?: string; Name?: string }[] }>(call('ListPolicies', { Filter: POLICY })).catch((error: unknown) => {
    if (!isAwsFailure(error) || !saysDenied(codeOf(error))) throw error;
    throw refuse(
      'NotTheManagementAccount',
      `these credentials may not manage the organisation's policies (${inShort(error)})`,
      'Give those of the management account: --organization-as profile:NAME or the ARN of a role there.',
    );
  });
  const policyId = listed.output.Policies?.find((one) => one.Name === name)?.Id ?? null;
  const targets = policyId ? await ctx.readAll<{ Targets?: { TargetId?: string }[] }>(call('ListTargetsForPolicy', { PolicyId: policyId })) : null;
  return {
    region,
    as,
    target,
    name,
    principals,
    policyId,
    attached: targets?.output.Targets?.some((one) => one.TargetId === target) === true,
    evidence: [...organization.evidence, ...listed.evidence, ...(targets?.evidence ?? [])],
  };
}

/**
 * An organisation's own deny: nobody inside the account, not even its administrators, can take it off. It does not bind the
 * management account or service-linked roles.
 * Source: AWS Organizations User Guide, "Service control policies (SCPs)".
 */
export const action: Action<Observed> = {
  id: 'deny-by-scp',
  step: 1,
  title: text('Deny the compromised identities by a policy of the organisation', 'Denegar las identidades comprometidas con una política de la organización'),
  permissions: [
    'iam:GetUser',
    'organizations:DescribeOrganization',
    'organizations:ListPolicies',
    'organizations:ListTargetsForPolicy',
    'organizations:CreatePolicy',
    'organizations:AttachPolicy',
    'organizations:DetachPolicy',
    'organizations:DeletePolicy',
  ],
  observe: look,
  plan({ region, as, target, name, principals, policyId, attached }): Step[] {
    const call = (operation: string, input: Value): Call => ({ ...(as ? { as } : {}), service: 'organizations', operation, region, input });
    if (attached) return [];
    const id: Value = policyId ?? { $ref: 'policy#Policy.PolicySummary.Id' };
    const steps: Step[] = [];
    if (policyId === null)
      steps.push({
        id: 'policy',
        why: text(`write down whom it denies: ${principals.join(', ')}`, `anotar a quién deniega: ${principals.join(', ')}`),
        call: call('CreatePolicy', {
          Name: name,
          Description: 'Denies identities that an incident response found compromised',
          Type: POLICY,
          Content: { $json: document(principals) },
        }),
        repeat: 'safe',
        already: ['DuplicatePolicy'],
        probe: {
          call: call('ListPolicies', { Filter: POLICY }),
          pick: { from: 'Policies', where: [{ path: 'Name', is: name }] },
          done: [{ path: '[0].Name', is: name }],
          ready: [{ path: 'length(@)', is: 0 }],
          output: '{Policy: {PolicySummary: {Id: [0].Id}}}',
        },
        undo: { calls: [call('DeletePolicy', { PolicyId: id })], already: ['PolicyNotFound'] },
        danger: [],
      });
    steps.push({
      id: 'attach',
      why: text(`deny them in ${target}, beyond the reach of its administrators`, `denegarlas en ${target}, fuera del alcance de sus administradores`),
      ...(policyId === null ? { needs: ['policy'] } : {}),
      call: call('AttachPolicy', { PolicyId: id, TargetId: target }),
      repeat: 'safe',
      already: ['DuplicatePolicyAttachment'],
      probe: {
        call: call('ListTargetsForPolicy', { PolicyId: id }),
        pick: { from: 'Targets', where: [{ path: 'TargetId', is: target }] },
        done: [{ path: '[0].TargetId', is: target }],
        ready: [{ path: 'length(@)', is: 0 }],
      },
      undo: {
        calls: [call('DetachPolicy', { PolicyId: id, TargetId: target })],
        already: ['PolicyNotAttached'],
        loses: text('the identities may act again, as far as IAM lets them', 'las identidades podrán volver a actuar, hasta donde IAM les deje'),
      },
      danger: [
        text(
          'it may take minutes until it counts everywhere; programs that use these identities stop',
          'puede tardar minutos en contar en todas partes; los programas que usan estas identidades se detienen',
        ),
      ],
    });
    return steps;
  },
  check: (ctx) =>
    readable(['scp-attached'], async (): Promise<Check[]> => {
      const seen = await settled(
        ctx,
        () => look(ctx),
        (one) => one.attached,
      );
      return [
        check(
          'scp-attached',
          seen.attached ? 'holds' : 'fails',
          seen.attached
            ? text(`${seen.name} is attached to ${seen.target}`, `${seen.name} está asociada a ${seen.target}`)
            : text(`${seen.name} is not attached to ${seen.target}`, `${seen.name} no está asociada a ${seen.target}`),
          seen.evidence,
        ),
      ];
    }),
};
