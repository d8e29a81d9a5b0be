import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import type { KeyRow, UserRow } from '../../world/index.ts';
import { date, iam, info } from './shared.ts';

/** IAM User Guide, "Getting credential reports for your AWS account": the columns in their order. */
const COLUMNS =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const FOUR_HOURS = 4 * 3_600_000;

const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00');
function keyColumns(key: KeyRow | undefined): string[] {
  if (!key) return ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
  const used = key.lastUsed;
  return [String(key.status === 'Active'), iso(key.created), ...(used ? [iso(used.time), used.region, used.service] : ['N/A', 'N/A', 'N/A'])];
}
function line(ctx: LabContext, user: UserRow | null): string {
  const keys = Object.values(iam(ctx).accessKeys)
    .filter((key) => key.user === (user?.name ?? null))
    .sort((a, b) => a.created - b.created);
  const owned = Object.values(iam(ctx).credentials).filter((row) => row.user === user?.name);
  const certificates = owned.filter((row) => row.kind === 'certificate');
  const certificate = (i: number): string[] => {
    const row = certificates[i];
    return row ? [String(row.status === 'Active'), iso(row.created)] : ['false', 'N/A'];
  };
  const mfa = user ? owned.some((row) => row.kind === 'mfa') : info(ctx).rootMfa;
  const access = user
    ? [
        String(user.login !== undefined),
        user.login ? (user.passwordLastUsed === undefined ? 'no_information' : iso(user.passwordLastUsed)) : 'N/A',
        user.login ? iso(user.login.created) : 'N/A',
        'N/A',
      ]
    : ['not_supported', 'no_information', 'not_supported', 'not_supported'];
  const head = user ? [user.name, user.arn, iso(user.created)] : ['<root_account>', `arn:aws:iam::${ctx.account.id}:root`, iso(info(ctx).created)];
  return [...head, ...access, String(mfa), ...keyColumns(keys[0]), ...keyColumns(keys[1]), ...certificate(0), ...certificate(1)].join(',');
}

export const operations: LabOperations = {
  /** A report younger than four hours is not made anew. */
  GenerateCredentialReport: {
    mutates: false,
    run(_input, ctx) {
      const { settings } = ctx.account.tables;
      const report = settings!.credentialReport;
      if (report && ctx.now() - report.created < FOUR_HOURS) return { State: 'COMPLETE' };
      const users = Object.values(iam(ctx).users).sort((a, b) => (a.name < b.name ? -1 : 1));
      settings!.credentialReport = { created: ctx.now(), text: `${[COLUMNS, line(ctx, null), ...users.map((user) => line(ctx, user))].join('\n')}\n` };
      return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
    },
  },
  GetCredentialReport: {
    run(_input, ctx) {
      const report = ctx.account.tables.settings!.credentialReport;
      if (!report) throw new LabError('ReportNotPresent', 'No report is present.', { status: 410 });
      if (ctx.now() - report.created >= FOUR_HOURS) throw new LabError('ReportExpired', 'The report has expired.', { status: 410 });
      return { Content: Buffer.from(report.text), ReportFormat: 'text/csv', GeneratedTime: date(report.created) };
    },
  },
};
