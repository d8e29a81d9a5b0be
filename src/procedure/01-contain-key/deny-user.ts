import type { Action, ActionContext, Step } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { refuseCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { type LeakedKey, resolveKey, whyNotAUser } from '../shared/key.ts';
import { policyName } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { aboutQuarantine } from '../shared/quarantine.ts';
import { consistentReading } from '../shared/reading.ts';
import { denyAllArn, readUser, type UserState } from '../shared/user-state.ts';
import { denyUser } from './changes.ts';

interface Observed {
  readonly accessKeyId: string;
  readonly owner: LeakedKey['owner'];
  readonly userName: string | null;
  readonly region: string;
  readonly policyArn: string;
  readonly inlineName: string;
  readonly user: UserState | null;
}

async function look(ctx: ActionContext): Promise<Observed> {
  const { accessKeyId, owner } = await resolveKey(ctx);
  const { name, globalRegion } = partition(ctx);
  const common = { accessKeyId, owner, region: globalRegion, policyArn: denyAllArn(name), inlineName: policyName(ctx, 'DenyAll') };
  if (owner.type !== 'user') return { ...common, userName: null, user: null };
  refuseCaller(ctx, 'user', owner.userName);
  return { ...common, userName: owner.userName, user: await readUser(ctx, owner.userName) };
}

export const action: Action<Observed> = {
  id: 'deny-user',
  step: 1,
  title: text('Deny the user everything', 'Denegar todo al usuario'),
  permissions: [
    'sts:GetAccessKeyInfo',
    'iam:GetAccessKeyLastUsed',
    'iam:ListAccessKeys',
    'iam:ListAttachedUserPolicies',
    'iam:GetUserPolicy',
    'iam:AttachUserPolicy',
    'iam:PutUserPolicy',
    'iam:DetachUserPolicy',
    'iam:DeleteUserPolicy',
  ],
  observe: look,
  plan({ user, region, policyArn, inlineName }): Step[] {
    if (!user?.exists || user.denied) return [];
    const danger = text(
      `everything that works as ${user.userName} stops: programs, the console, sessions of up to 36 hours`,
      `todo lo que actúa como ${user.userName} se detiene: programas, consola, sesiones de hasta 36 horas`,
    );
    return denyUser(region, user.userName, policyArn, inlineName, [danger, ...(user.quarantine.length > 0 ? [aboutQuarantine(user.quarantine)] : [])]);
  },
  check: (ctx) =>
    readable(['deny-attached'], async () => {
      const { owner, accessKeyId, user } = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => !one.user?.exists || one.user.denied !== null,
      );
      if (!user)
        return [check('deny-attached', owner.type === 'gone' ? 'holds' : owner.type === 'root' ? 'fails' : 'unknown', whyNotAUser({ accessKeyId, owner }), [])];
      const { userName, evidence } = user;
      if (!user.exists)
        return [check('deny-attached', 'holds', text(`the user ${userName} does not exist any more`, `el usuario ${userName} ya no existe`), evidence)];
      const about = user.quarantine.length > 0 ? aboutQuarantine(user.quarantine) : null;
      const note = about ? [`; ${about.en}`, `; ${about.es}`] : ['', ''];
      return [
        user.denied
          ? check(
              'deny-attached',
              'holds',
              text(
                `IAM shows a denial of everything on ${userName} (${user.denied} policy)${note[0]}`,
                `IAM muestra una denegación total sobre ${userName} (política ${user.denied === 'managed' ? 'administrada' : 'insertada'})${note[1]}`,
              ),
              evidence,
            )
          : check(
              'deny-attached',
              'fails',
              text(`IAM shows no denial of everything on ${userName}${note[0]}`, `IAM no muestra una denegación total sobre ${userName}${note[1]}`),
              evidence,
            ),
      ];
    }),
};
