import { type Caller, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { authorize } from '../../world/index.ts';
import { arn, iam, noSuchEntity, page, paged } from './shared.ts';

/** The user or role an ARN names, as a caller that holds no session. */
function principal(ctx: LabContext, source: string): Caller {
  const common = { account: ctx.account.id, arn: source, accessKeyId: '' };
  const user = Object.values(iam(ctx).users).find((row) => row.arn === source);
  if (user) return { ...common, type: 'IAMUser', userId: user.id, userName: user.name };
  const role = Object.values(iam(ctx).roles).find((row) => row.arn === source);
  if (role) return { ...common, type: 'AssumedRole', userId: `${role.id}:simulation`, roleName: role.name };
  if (!/^arn:aws:iam::\d{12}:(user|role|group)\//.test(source)) throw new LabError('InvalidInput', `Invalid Entity Arn: ${source}`, { status: 400 });
  throw noSuchEntity(`${source} cannot be found.`);
}

export const operations: LabOperations = {
  /** The lab's own evaluation of the principal's policies as they stand: further policies and resource policies are not simulated. */
  SimulatePrincipalPolicy: {
    constraints: {
      PolicySourceArn: arn,
      'ActionNames[]': { length: [3, 128] },
      'ResourceArns[]': { length: [1, 2048] },
      'ContextEntries[].ContextKeyName': { length: [5, 256] },
      ...paged,
    },
    resources: (input) => [input.PolicySourceArn],
    run(input, ctx) {
      for (const member of ['PolicyInputList', 'PermissionsBoundaryPolicyInputList', 'PolicyExclusionList', 'ResourcePolicy', 'CallerArn'])
        if (input[member] !== undefined) throw new LabError('InvalidInput', `The lab does not simulate ${member}.`, { status: 400 });
      const caller = principal(ctx, input.PolicySourceArn);
      const conditions = Object.fromEntries((input.ContextEntries ?? []).map((entry: any) => [entry.ContextKeyName, entry.ContextKeyValues ?? []]));
      const asked = (input.ActionNames as string[]).flatMap((action) => (input.ResourceArns ?? ['*']).map((resource: string) => ({ action, resource })));
      const results = asked.map(({ action, resource }) => {
        if (!/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) throw new LabError('InvalidInput', `Invalid Action: ${action}`, { status: 400 });
        const verdict = authorize(ctx.world, caller, { action, resources: [resource], conditions, now: ctx.now() });
        const denied = !verdict.allowed && verdict.why.includes('explicit deny');
        const organizations = verdict.allowed || !verdict.why.includes('service control policy');
        return {
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: verdict.allowed ? 'allowed' : denied ? 'explicitDeny' : 'implicitDeny',
          MatchedStatements: [],
          MissingContextValues: [],
          OrganizationsDecisionDetail: { AllowedByOrganizations: organizations },
        };
      });
      const { items, ...rest } = page(ctx, results, input);
      return { EvaluationResults: items, ...rest };
    },
  },
};
