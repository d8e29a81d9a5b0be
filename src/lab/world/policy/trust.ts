import type { Caller } from '../../contract.ts';
import { evaluate, type Request, type Statement } from './evaluate.ts';

const list = (value: string | string[] | undefined): string[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const roleArn = (caller: Caller): string | undefined => (caller.roleName === undefined ? undefined : `arn:aws:iam::${caller.account}:role/`);

/** Does the principal element name the caller itself (`direct`) or its whole account (`account`)? */
function names(principal: Statement['Principal'], caller: Caller, who: 'direct' | 'account', context: Request['context']): boolean {
  if (principal === undefined) return false;
  if (principal === '*') return who === 'direct';
  return list(principal.AWS).some((entry) => {
    if (entry === caller.account || entry === `arn:aws:iam::${caller.account}:root`) return who === 'account';
    if (who === 'account') return false;
    // A role's session is meant by the role's ARN too; aws:PrincipalArn holds it with its path.
    const role = roleArn(caller) && context.get('aws:principalarn')?.[0];
    return entry === '*' || entry === caller.arn || entry === role || entry === caller.userId;
  });
}

/**
 * What a role's trust policy says about the caller: `direct` (the principal is named), `delegated` (its account is named,
 * so the account's own policies decide), `none` or `deny`. IAM User Guide, "AWS JSON policy elements: Principal".
 */
export function trustAllows(document: string, caller: Caller, request: Request): 'direct' | 'delegated' | 'none' | 'deny' {
  const about =
    (who: 'direct' | 'account') =>
    (statement: Statement): boolean =>
      statement.NotPrincipal !== undefined
        ? !names(statement.NotPrincipal, caller, 'direct', request.context) && !names(statement.NotPrincipal, caller, 'account', request.context)
        : names(statement.Principal, caller, who, request.context);
  const direct = evaluate([document], request, about('direct'));
  const account = evaluate([document], request, about('account'));
  if (direct === 'deny' || account === 'deny') return 'deny';
  if (direct === 'allow') return 'direct';
  return account === 'allow' ? 'delegated' : 'none';
}
