import { text as say } from '../../kernel/index.ts';
import { apiOf, principalOf, text } from '../event.ts';
import { type Grant, grantOf } from '../policy/index.ts';
import { groupBy, num, numbered, numbers, RECORD_COLUMNS, type Row, recordOf, str } from '../sessions/rows.ts';
import type { Queryable } from '../sessions/words.ts';
import { actOf } from './acts.ts';
import { apiName, round } from './judge-acts.ts';
import type { Reason } from './words.ts';

/** What can give rights, besides the acts of `escalation` and `credentials`. */
export const GRANTING = [
  ...[
    'iam:CreateRole',
    'iam:CreatePolicy',
    's3:PutBucketPolicy',
    'kms:PutKeyPolicy',
    'kms:CreateGrant',
    'ecr:SetRepositoryPolicy',
    'sqs:AddPermission',
    'sqs:SetQueueAttributes',
  ],
  ...[
    'sns:AddPermission',
    'sns:SetTopicAttributes',
    'secretsmanager:PutResourcePolicy',
    'lambda:AddPermission',
    'lambda:AddLayerVersionPermission',
    'events:PutPermission',
  ],
  ...['glacier:SetVaultAccessPolicy', 'es:UpdateElasticsearchDomainConfig', 'backup:PutBackupVaultAccessPolicy', 'lambda:CreateFunction'],
];
const GRANTS = new Set(GRANTING);
const NOTHING =
  /^(iam:CreateUser|iam:UpdateAccessKey|signin:|sts:|rolesanywhere:|ec2|ssm:|identitystore:|iam:DeactivateMFADevice|lambda:UpdateFunctionCode|lambda:CreateFunctionUrlConfig)/;
const ASKED = (api: string): boolean => GRANTS.has(api) || (['escalation', 'credentials'].includes(actOf(api)?.kind ?? '') && !NOTHING.test(api));
/** Records read whole: of what a principal does rarely. */
const MOST = 3_000;
const RARE = 20;

const SOME = 6;
/** The first and the last ones: records that lie far apart are dear to read. */
const someOf = (ns: readonly number[]): readonly number[] => (ns.length <= SOME ? ns : [...ns.slice(0, SOME / 2), ...ns.slice(-SOME / 2)]);
interface Given {
  readonly n: number;
  readonly api: string;
  readonly time: string;
  readonly grant: Grant;
}
function weigh({ grant, api }: Given): number {
  const strong = grant.powers.some(({ kind }) => ['admin', 'iam', 'broad'].includes(kind));
  const outside = grant.outsiders.filter((trust) => trust.outside).length > 0;
  if (grant.self && grant.powers.length > 0) return strong ? 6 : 4;
  if (grant.self && /AccessKey|LoginProfile|ServiceSpecificCredential|SSHPublicKey|SigningCertificate/.test(api)) return 2;
  return (outside ? 4 : 0) + (grant.powers.length === 0 ? 0 : strong ? 3 : 1);
}

/**
 * What changes of permissions really gave, by principal: to himself, to others, to outsiders. Reads only what a principal did rarely (at most 20
 * times with one API, of these the first and last three): what it does every day is counted by the acts.
 */
export async function grantReasons(db: Queryable, acts: readonly Row[], accounts: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly Reason[]>> {
  const rare = acts.filter((row) => row.outcome === 'done' && num(row.uses) <= RARE && ASKED(apiName(str(row.api) ?? '')));
  const wanted = rare.flatMap((row) => someOf(numbers(row.ns))).slice(0, MOST);
  if (wanted.length === 0) return new Map();
  const rows = await db.query(`SELECT ${RECORD_COLUMNS} FROM events WHERE ${numbered(wanted)}`);
  const given = rows.flatMap((row) => {
    const record = recordOf(row);
    const grant = grantOf(record, { accounts });
    return grant ? [{ principal: principalOf(record), n: num(row.n), api: apiOf(record), time: text(record, 'eventTime') ?? '', grant }] : [];
  });
  const reasons = new Map<string, readonly Reason[]>();
  for (const [principal, of] of groupBy(given, (one) => one.principal)) {
    // The same gift again (a key made twice for the same user) says no more than once.
    const gifts = [...groupBy(of, ({ api, grant }) => JSON.stringify([api, grant.to, grant.self, grant.why.en])).values()]
      .map((same) => ({ same: same.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.n - b.n)), weight: weigh(same[0]!) }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight || (a.same[0]!.time < b.same[0]!.time ? -1 : 1) || (a.same[0]!.api < b.same[0]!.api ? -1 : 1));
    reasons.set(
      principal,
      gifts.slice(0, 5).map(({ same, weight }, place) => {
        const { api, grant } = same[0]!;
        const self = grant.self ? say(' to itself', ' a sí mismo') : say('', '');
        return {
          kind: 'escalation',
          what: say(`${api} gave${self.en} (${grant.to}): ${grant.why.en}`, `${api} dio${self.es} (${grant.to}): ${grant.why.es}`),
          // Each further one adds less: whoever builds an account gives many rights.
          weight: round(weight / (1 + place / 2)),
          events: same.slice(0, 3).map(({ n }) => n),
          count: same.length,
        };
      }),
    );
  }
  return reasons;
}
