import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { awsManaged, issueSession, organizationOf, sessionsOf, speaksFor } from '../../world/index.ts';

const TASKS = 'arn:aws:iam::aws:policy/root-task/';
const denied = (ctx: LabContext, target: string): LabError =>
  new LabError('AccessDenied', `User: ${ctx.caller.arn} is not authorized to perform: sts:AssumeRoot on resource: ${target}`, { status: 403 });
/** The member account meant: its number or the ARN of its root user. */
const accountIn = (principal: string): string | undefined => /^(?:arn:aws:iam::(\d{12}):root|(\d{12}))$/.exec(principal)?.slice(1).find(Boolean);

export const operations: LabOperations = {
  /**
   * Centralised root access (STS API reference): for the management account or IAM's delegated administrator, on a member account,
   * for one task. A custom endpoint has no global form, so the refusal of sts.amazonaws.com cannot be shown here.
   */
  AssumeRoot: {
    mutates: false,
    constraints: {
      TargetPrincipal: { length: [12, 2048] },
      'TaskPolicyArn.arn': { length: [20, 2048] },
      DurationSeconds: { min: 0, max: 900 },
    },
    resources: (input) => [`arn:aws:iam::${accountIn(input.TargetPrincipal) ?? input.TargetPrincipal}:root`],
    conditions: (input) => ({ 'sts:TaskPolicyArn': String(input.TaskPolicyArn?.arn) }),
    run(input, ctx) {
      const organization = organizationOf(ctx.world, ctx.account);
      const target = accountIn(input.TargetPrincipal);
      const member = target === undefined ? undefined : ctx.world.accounts[target];
      const may =
        ctx.caller.type !== 'Root' &&
        organization?.rootFeatures.includes('RootSessions') &&
        speaksFor(organization, ctx.account.id, 'iam.amazonaws.com') &&
        target !== organization.management &&
        organization.members[target ?? ''];
      if (!may || !member) throw denied(ctx, `arn:aws:iam::${target ?? input.TargetPrincipal}:root`);
      const task: string = input.TaskPolicyArn.arn ?? '';
      if (!task.startsWith(TASKS) || !awsManaged[task]) throw new LabError('ValidationError', `Invalid task policy ARN: ${task}`, { status: 400 });
      const source = sessionsOf(ctx.account)[ctx.caller.accessKeyId]?.sourceIdentity;
      const session = issueSession(ctx.world, member, {
        type: 'Root',
        arn: `arn:aws:iam::${member.id}:root`,
        userId: member.id,
        issuer: { type: 'root', name: 'root' },
        seconds: input.DurationSeconds || 900,
        assumedRoot: true,
        policies: { inline: [], arns: [task] },
        ...(source === undefined ? {} : { sourceIdentity: source }),
      });
      return {
        Credentials: {
          AccessKeyId: session.id,
          SecretAccessKey: session.secret,
          SessionToken: session.token,
          Expiration: new Date(Math.floor(session.expires / 1000) * 1000),
        },
        ...(source === undefined ? {} : { SourceIdentity: source }),
      };
    },
  },
};
