import type { Action, ActionContext, Call, Check, Step, Value } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { huntOf, isByKey } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { textOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { isAwsFailure } from '../shared/reading.ts';
import { copies } from './cases.ts';
import { caseMark, letter, subjectOf } from './letter.ts';

interface Observed {
  /** Where the membership lives; null: the account is no member, or may not ask. */
  readonly region: string | null;
  readonly why: string | null;
  readonly ours: { readonly caseId: string; readonly status: string } | null;
  readonly caseId: string;
  readonly title: string;
  readonly text: string;
  readonly since: string;
  readonly account: string;
  readonly watchers: readonly string[];
  readonly regions: readonly string[];
  readonly addresses: readonly string[];
  readonly evidence: readonly string[];
}

const call = (region: string, operation: string, input: Value): Call => ({ service: 'security-ir', operation, region, input });

/** The active membership, in the region named, the account's alarm, or the partition's first. */
async function membership(ctx: ActionContext): Promise<{ region: string | null; why: string | null; evidence: readonly string[] }> {
  const candidates = [textOption(ctx, 'securityIrRegion'), ctx.facts.alarm.region, partition(ctx).globalRegion].filter(
    (one): one is string => typeof one === 'string',
  );
  let why: string | null = null;
  for (const region of [...new Set(candidates)]) {
    try {
      const { output, evidence } = await ctx.readAll<{ items?: { membershipStatus?: string; region?: string }[] }>(call(region, 'ListMemberships', {}));
      const active = (output.items ?? []).find((one) => one.membershipStatus === 'Active');
      if (active) return { region: /^[a-z]{2,}(-[a-z]+)+-\d$/.test(active.region ?? '') ? active.region! : region, why: null, evidence };
    } catch (error) {
      if (!isAwsFailure(error)) throw error;
      why = oneLine(`${error.code}: ${error.message}`, 200);
    }
  }
  return { region: null, why, evidence: [] };
}

async function look(ctx: ActionContext): Promise<Observed> {
  const { region, why, evidence } = await membership(ctx);
  const { facts } = ctx;
  const hunt = huntOf(facts);
  const common = {
    region,
    why,
    caseId: facts.caseId,
    title: `${subjectOf(facts)} ${caseMark(facts.caseId)}`,
    text: letter(facts),
    since: hunt?.tree[0]?.first ?? facts.opened,
    account: facts.account ?? '',
    watchers: copies(ctx),
    regions: [...new Set((hunt?.found ?? []).filter(isByKey).map((one) => one.region))].sort().slice(0, 50),
    addresses: [...new Set((hunt?.tree ?? []).flatMap((one) => one.addresses))].filter((one) => /^[0-9a-f.:]+$/i.test(one)).slice(0, 100),
  };
  if (region === null) return { ...common, ours: null, evidence };
  const listed = await ctx.readAll<{ items?: { caseId?: string; title?: string; caseStatus?: string }[] }>(call(region, 'ListCases', {}));
  const ours = (listed.output.items ?? []).find((one) => one.title?.includes(caseMark(facts.caseId)) && one.caseStatus !== 'Closed');
  return {
    ...common,
    ours: ours?.caseId ? { caseId: oneLine(ours.caseId, 40), status: oneLine(ours.caseStatus, 60) } : null,
    evidence: [...evidence, ...listed.evidence],
  };
}

/** AWS's own responders, for accounts that are members of AWS Security Incident Response: a case with them, around the clock. */
export const action: Action<Observed> = {
  id: 'security-ir-case',
  step: 3,
  title: text("Call in AWS's responders (Security Incident Response)", 'Llamar al equipo de respuesta de AWS (Security Incident Response)'),
  permissions: ['security-ir:ListMemberships', 'security-ir:ListCases', 'security-ir:CreateCase', 'security-ir:CloseCase'],
  async observe(ctx) {
    const observed = await look(ctx);
    if (observed.region !== null) return observed;
    throw new AplombError('NotAMember', `the account is no member of AWS Security Incident Response${observed.why ? ` (${observed.why})` : ''}`, {
      fix: 'Use aplomb support. If you are a member, name the region of the membership with --security-ir-region, or work with the account that holds it.',
      exit: EXIT.usage,
    });
  },
  plan({ region, ours, title, text: body, since, account, watchers, regions, addresses }): Step[] {
    if (region === null || ours) return [];
    return [
      {
        id: 'case',
        why: text("AWS's incident responders work on it with you", 'el equipo de respuesta de AWS trabaja en ello con usted'),
        call: call(region, 'CreateCase', {
          resolverType: 'AWS',
          engagementType: 'Security Incident',
          title: { $join: [title, { $token: true }, ']'] },
          description: body,
          reportedIncidentStartDate: since,
          impactedAccounts: [account],
          watchers: watchers.map((email) => ({ email })),
          ...(regions.length > 0 ? { impactedAwsRegions: regions.map((one) => ({ region: one })) } : {}),
          ...(addresses.length > 0 ? { threatActorIpAddresses: addresses.map((ipAddress) => ({ ipAddress })) } : {}),
          clientToken: { $token: true },
        }),
        repeat: 'safe',
        probe: {
          call: call(region, 'ListCases', {}),
          pick: { from: 'items', where: [{ path: 'title', is: { $ref: 'self#title' } }] },
          done: [{ path: 'length(@)', is: 1 }],
          ready: [{ path: 'length(@)', is: 0 }],
          output: '{caseId: [0].caseId}',
        },
        accept: [{ path: 'type(caseId)', is: 'string' }],
        undo: {
          calls: [call(region, 'CloseCase', { caseId: { $ref: 'case#caseId' } })],
          done: [{ path: '[0].caseStatus', is: 'Closed' }],
          ask: text(
            "this closes the case with AWS's responders; they may be working on it",
            'esto cierra el caso con el equipo de respuesta de AWS; pueden estar trabajando en él',
          ),
        },
        danger: [text('people at AWS start to work on it at once', 'personas de AWS empiezan a trabajar en ello de inmediato')],
      },
    ];
  },
  check: (ctx) =>
    readable(['responders-called'], async (): Promise<Check[]> => {
      const seen = await settled(
        ctx,
        () => look(ctx),
        (one) => one.ours !== null,
      );
      return [
        check(
          'responders-called',
          seen.region === null ? 'unknown' : seen.ours ? 'holds' : 'fails',
          seen.region === null
            ? text('the membership cannot be read', 'no se puede leer la suscripción')
            : seen.ours
              ? text(
                  `case ${seen.ours.caseId} is ${seen.ours.status} (${seen.region})`,
                  `el caso ${seen.ours.caseId} está ${seen.ours.status} (${seen.region})`,
                )
              : text('Security Incident Response lists no open case of ours', 'Security Incident Response no muestra ningún caso abierto nuestro'),
          seen.evidence,
        ),
      ];
    }),
};
/** Is there a membership to offer? Asked softly: whoever is no member, or may not ask, hears nothing of it. */
export const isMember = async (ctx: ActionContext): Promise<string | null> => (await membership(ctx)).region;
