import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import type { UserRow } from '../../world/index.ts';
import { meansRoot, resources, theUser } from './credential-rows.ts';
import { date, exists, info, name64, noSuchEntity } from './shared.ts';

const password = { length: [1, 128] as [number, number] };
const described = (user: UserRow): object => ({ UserName: user.name, CreateDate: date(user.login!.created), PasswordResetRequired: user.login!.resetRequired });
const missing = (name: string): LabError => noSuchEntity(`Login Profile for User ${name} cannot be found.`);
function checkLength(text: unknown): void {
  if (String(text ?? '').length < 8) throw new LabError('PasswordPolicyViolation', 'Password should have a minimum length of 8', { status: 400 });
}
const rootHasPassword = (ctx: LabContext): boolean => info(ctx).rootPassword !== false;

/** Passwords. Those of the root user only go away through credentials of the root user, e.g. of AssumeRoot. */
export const operations: LabOperations = {
  CreateLoginProfile: {
    constraints: { UserName: name64, Password: password },
    resources,
    run(input, ctx) {
      if (meansRoot(input, ctx)) {
        if (rootHasPassword(ctx)) throw exists('Login Profile for the root user already exists.');
        info(ctx).rootPassword = true;
        return { LoginProfile: { UserName: '', CreateDate: date(ctx.now()), PasswordResetRequired: false } };
      }
      const user = theUser(input, ctx);
      if (user.login) throw exists(`Login Profile for user ${user.name} already exists.`);
      checkLength(input.Password);
      user.login = { created: ctx.now(), resetRequired: input.PasswordResetRequired ?? false, password: input.Password };
      return { LoginProfile: described(user) };
    },
  },
  GetLoginProfile: {
    constraints: { UserName: name64 },
    resources,
    run(input, ctx) {
      if (meansRoot(input, ctx)) {
        if (!rootHasPassword(ctx)) throw missing(ctx.account.id);
        return { LoginProfile: { UserName: '', CreateDate: date(info(ctx).created), PasswordResetRequired: false } };
      }
      const user = theUser(input, ctx);
      if (!user.login) throw missing(user.name);
      return { LoginProfile: described(user) };
    },
  },
  UpdateLoginProfile: {
    constraints: { UserName: name64, Password: password },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!user.login) throw missing(user.name);
      if (input.Password !== undefined) checkLength(input.Password);
      user.login.password = input.Password ?? user.login.password;
      user.login.resetRequired = input.PasswordResetRequired ?? user.login.resetRequired;
    },
  },
  DeleteLoginProfile: {
    constraints: { UserName: name64 },
    resources,
    run(input, ctx) {
      if (meansRoot(input, ctx)) {
        if (!rootHasPassword(ctx)) throw missing(ctx.account.id);
        info(ctx).rootPassword = false;
        return;
      }
      const user = theUser(input, ctx);
      if (!user.login) throw missing(user.name);
      delete user.login;
    },
  },
  ChangePassword: {
    constraints: { OldPassword: password, NewPassword: password },
    resources,
    run(input, ctx) {
      if (ctx.caller.userName === undefined) throw new LabError('InvalidUserType', 'Only IAM Users can change their own password.', { status: 400 });
      const user = theUser({ UserName: ctx.caller.userName }, ctx);
      if (!user.login) throw missing(user.name);
      if (user.login.password !== input.OldPassword) throw new LabError('AccessDenied', 'The old password was incorrect.', { status: 403 });
      checkLength(input.NewPassword);
      user.login = { ...user.login, password: input.NewPassword, resetRequired: false };
    },
  },
  GetAccountPasswordPolicy: {
    run() {
      throw noSuchEntity('The Password Policy with domain name cannot be found.');
    },
  },
};
