import type { Found, JsonObject, Reason } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';

const ACCOUNT = '111122223333';
const MINUTE = 60_000;
const BEGIN = Date.parse('2026-11-20T03:12:00.000Z');
const at = (minutes: number): string => new Date(BEGIN + minutes * MINUTE).toISOString();
/** An id of the right form from a number. */
export const sampleKey = (prefix: 'AKIA' | 'ASIA', n: number): string =>
  `${prefix}Q2R7${[...String(n).padStart(12, '0')].map((digit) => 'ABCDEFGHJK'[Number(digit)]).join('')}`;

interface Sketch {
  readonly id: string;
  readonly by: string | null;
  readonly via: string;
  readonly minute: number;
  readonly until: number;
  readonly role?: string;
  readonly user?: string;
  readonly outsider?: string;
  readonly made?: readonly (readonly [type: string, region: string, minute: number, more?: Partial<Found>])[];
  readonly denied?: number;
}
const KEYS = Object.fromEntries(
  ['leaked', 'second', 'backdoor']
    .map((name, n) => [name, sampleKey('AKIA', n + 1)])
    .concat(['admin', 'chain', 'fed', 'console', 'host', 'fn', 'outside'].map((name, n) => [name, sampleKey('ASIA', n + 11)])),
) as Record<string, string>;

const SKETCHES: readonly Sketch[] = [
  {
    id: 'leaked',
    by: null,
    via: 'leaked',
    minute: 0,
    until: 96,
    user: 'ci-deploy',
    denied: 14,
    made: [
      ['AWS::IAM::AccessKey', 'us-east-1', 9],
      ['AWS::IAM::User', 'us-east-1', 11],
      ['AWS::EC2::KeyPair', 'eu-west-1', 24],
    ],
  },
  { id: 'second', by: 'leaked', via: 'CreateAccessKey', minute: 9, until: 130, user: 'ci-deploy', made: [['AWS::IAM::Role', 'us-east-1', 40]] },
  { id: 'backdoor', by: 'leaked', via: 'CreateAccessKey', minute: 12, until: 12, user: 'support-agent' },
  {
    id: 'admin',
    by: 'leaked',
    via: 'AssumeRole',
    minute: 20,
    until: 78,
    role: 'PlatformAdmin',
    made: [['AWS::EC2::SecurityGroup', 'eu-west-1', 26]],
    denied: 2,
  },
  {
    id: 'chain',
    by: 'admin',
    via: 'AssumeRole',
    minute: 31,
    until: 88,
    role: 'BatchRunner',
    made: [
      [
        'AWS::EC2::Instance',
        'ap-south-1',
        33,
        { cost: { perHour: '5.6720', soFar: '342.11', source: 'AWS list price us-east-1' }, detail: { instanceType: 'g5.12xlarge', state: 'running' } },
      ],
      [
        'AWS::EC2::Instance',
        'ap-south-1',
        33,
        { cost: { perHour: '5.6720', soFar: '342.11', source: 'AWS list price us-east-1' }, detail: { instanceType: 'g5.12xlarge', state: 'running' } },
      ],
      ['AWS::EC2::Instance', 'sa-east-1', 47, { alive: false, detail: { state: 'gone' } }],
      ['AWS::Lambda::Function', 'eu-central-1', 71],
    ],
  },
  { id: 'fn', by: 'chain', via: 'function', minute: 72, until: 4300, role: 'FunctionRole', made: [['AWS::IAM::AccessKey', 'us-east-1', 4290]] },
  { id: 'host', by: 'chain', via: 'instance', minute: 35, until: 180, role: 'NodeRole' },
  { id: 'fed', by: 'second', via: 'GetFederationToken', minute: 60, until: 62, user: 'ci-deploy' },
  {
    id: 'console',
    by: 'fed',
    via: 'console',
    minute: 64,
    until: 118,
    user: 'ci-deploy',
    made: [['AWS::S3::BucketPolicy', 'us-east-1', 90, { byKey: false, detail: { changedByKey: true, changedAt: at(90) } }]],
  },
  { id: 'outside', by: 'second', via: 'outsider', minute: 3900, until: 3921, role: 'OrganizationAudit', outsider: '999988887777' },
];

const because = (code: Reason['code'], en: string, es: string): Reason => ({ code, text: text(en, es) });

/** A hunt's observation as the ledger holds it, with up to `credentials` in its tree. Fabricated. */
export function sampleHunt(credentials = SKETCHES.length, hostile = ''): JsonObject {
  const sketches: Sketch[] = SKETCHES.slice(0, credentials);
  for (let n = sketches.length; n < credentials; n++)
    sketches.push({
      id: sampleKey('ASIA', 100 + n),
      by: n % 3 === 0 ? 'leaked' : sketches[n - 1]!.id,
      via: 'AssumeRole',
      minute: 20 + n * 3,
      until: 40 + n * 4,
      role: `Role-${n}`,
    });
  const keyOf = (id: string): string => KEYS[id] ?? id;
  const found: Found[] = sketches.flatMap((one) =>
    (one.made ?? []).map(
      ([type, region, minute, more], n): Found => ({
        type,
        arn: `arn:aws:x:${region}:${ACCOUNT}:${one.id}-${n}`,
        id: `${type.split('::')[2]!.toLowerCase()}-${one.id}-${n}${hostile}`,
        region,
        account: ACCOUNT,
        createdAt: at(minute),
        alive: true,
        byKey: true,
        createdBy: `arn:aws:sts::${ACCOUNT}:assumed-role/${one.role ?? 'x'}/session`,
        session: keyOf(one.id),
        event: 'Create',
        suspicion: 'high',
        reasons: [
          because('by-key', `made with ${keyOf(one.id)}`, `creado con ${keyOf(one.id)}`),
          ...(region === 'ap-south-1'
            ? [because('new-region', `nothing was in ${region} before`, `no había nada en ${region}`), because('gpu', 'a GPU type', 'un tipo con GPU')]
            : []),
        ],
        ...more,
      }),
    ),
  );
  const others: Found[] = [
    {
      ...found[0]!,
      arn: 'arn:other',
      id: `assets${hostile}`,
      type: 'AWS::S3::Bucket',
      byKey: false,
      session: undefined as never,
      suspicion: 'medium',
      reasons: [because('public', 'its policy lets anybody in', 'su política deja entrar a cualquiera')],
    },
  ];
  return JSON.parse(
    JSON.stringify({
      accessKeyId: KEYS.leaked,
      since: at(-60),
      until: at(5000),
      tree: sketches.map((one) => ({
        credential: keyOf(one.id),
        kind: keyOf(one.id).startsWith('AKIA') ? 'key' : 'session',
        issuedBy: one.by === null ? null : keyOf(one.by),
        via: one.via,
        tie: 'issued',
        account: ACCOUNT,
        issued: one.by === null ? null : at(one.minute),
        ...(one.role ? { role: `arn:aws:iam::${ACCOUNT}:role/${one.role}${hostile}` } : {}),
        ...(one.user ? { userName: `${one.user}${hostile}` } : {}),
        ...(one.outsider ? { outsider: one.outsider } : {}),
        first: one.minute === one.until ? null : at(one.minute),
        last: one.minute === one.until ? null : at(one.until),
        regions: ['eu-west-1'],
        addresses: [`198.51.100.${20 + (one.minute % 50)}`],
        agents: [`aws-cli/2.15.0${hostile}`],
        calls: one.minute === one.until ? 0 : one.until * 2,
        called: [
          { call: 'ec2:DescribeInstances', count: 41 },
          { call: 'iam:ListUsers', count: 3 },
        ],
        denied: one.denied ?? 0,
        refused: one.denied ? ['StopLogging', 'DeleteTrail'] : [],
        probed: one.id === 'admin' ? 4 : 0,
        probes: [],
        made: [],
        changed: [],
      })),
      found: [...found, ...others],
      regions: [
        ...['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-south-1', 'sa-east-1'].map((region) => ({
          region,
          status: 'inspected',
          found: 4,
          byKey: found.filter((one) => one.region === region).length,
          ...(region === 'us-east-1' ? { global: true } : {}),
        })),
        { region: 'ap-northeast-3', status: 'denied', found: 0, byKey: 0, why: `AWS::EC2::Instance: UnauthorizedOperation${hostile}` },
        ...['af-south-1', 'me-central-1', 'il-central-1'].map((region) => ({ region, status: 'not-enabled', found: 0, byKey: 0 })),
      ],
      costs: { perHour: '11.3440', soFar: '684.22', regions: [{ region: 'ap-south-1', perHour: '11.3440', soFar: '684.22' }], priced: 2, unpriced: 1 },
      holders: [
        {
          role: `arn:aws:iam::${ACCOUNT}:role/BatchRunner`,
          type: 'AWS::Lambda::Function',
          arn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:nightly-invoices`,
          region: 'eu-west-1',
          byKey: false,
        },
      ],
      origin: [],
      leads: [
        {
          what: 'session',
          time: at(70),
          region: 'eu-west-1',
          by: KEYS.fed,
          subject: `${sampleKey('ASIA', 77)} arn:aws:iam::${ACCOUNT}:user/ana`,
          event: 'console',
        },
      ],
      closed: true,
      unread: [],
      evidence: [],
    }),
  ) as JsonObject;
}
