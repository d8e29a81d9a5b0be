import { writeFile } from 'node:fs/promises';
import { codeOf } from '../../engine/outcome.ts';
import type { Action, ActionContext, Call, Check, Step, Value } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { oneLine } from '../shared/names.ts';
import { listOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { inShort, isAwsFailure, saysDenied } from '../shared/reading.ts';
import { type Codes, chooseCodes, type SupportService } from './codes.ts';
import { caseMark, letter, subjectOf } from './letter.ts';

interface SupportCase {
  readonly caseId: string;
  readonly displayId: string;
  readonly subject: string;
  readonly status: string;
}
interface Observed {
  readonly region: string | null;
  /** The account's plan has no Support API, or it cannot be asked: the letter must be pasted by a person. */
  readonly noPlan: boolean;
  readonly why: string | null;
  readonly codes: Codes | null;
  /** Our open case, when there is one already. */
  readonly ours: SupportCase | null;
  /** Open cases by AWS or colleagues that look like the same matter: answer these, do not open another. */
  readonly alike: readonly SupportCase[];
  readonly caseId: string;
  readonly cc: readonly string[];
  readonly subject: string;
  /** The letter; the ready-to-paste text. */
  readonly text: string;
  readonly where: string;
  readonly evidence: readonly string[];
}
interface Cases {
  cases?: { caseId?: string; displayId?: string; subject?: string; status?: string }[];
}

const WHERE =
  'https://console.aws.amazon.com/support > Create case > Account and billing > Account > Security. Locked out: https://aws.amazon.com/forms/aws-account-support';
const FILE = 'support-case.txt';
const MATTER = /(expos|compromis|leak|irregular|suspicious|unauthori[sz]ed|abuse).*(key|credential|account|activity|instance|report)|abuse report/i;

const support = (region: string, operation: string, input: Value): Call => ({ service: 'support', operation, region, input });
const open = (one: SupportCase): boolean => !/^(resolved|closed)$/i.test(one.status);

const casesOf = ({ cases = [] }: Cases): SupportCase[] =>
  cases.map((one) => ({
    caseId: oneLine(one.caseId, 100),
    displayId: oneLine(one.displayId, 40),
    subject: oneLine(one.subject, 250),
    status: oneLine(one.status, 40),
  }));

/** No plan, no permission, no endpoint: each time a person has to do it by hand. Anything else is an error. */
function byHand(error: unknown): string {
  if (isAwsFailure(error) && (codeOf(error) === 'SubscriptionRequired' || codeOf(error) === 'SubscriptionRequiredException' || saysDenied(codeOf(error))))
    return inShort(error);
  throw error;
}

/** Addresses that get a copy; AWS takes ten. @throws AplombError InvalidAddress */
function copies(ctx: ActionContext): string[] {
  const addresses = listOption(ctx, 'cc');
  const wrong = addresses.find((one) => !/^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/.test(one));
  if (wrong === undefined && addresses.length <= 10) return addresses;
  throw new AplombError(
    'InvalidAddress',
    wrong === undefined ? `${addresses.length} addresses to copy, AWS Support takes 10` : `"${oneLine(wrong, 60)}" is not an e-mail address`,
    {
      fix: 'give at most ten addresses, each with --cc NAME@DOMAIN',
      exit: EXIT.usage,
    },
  );
}

async function look(ctx: ActionContext): Promise<Observed> {
  const { supportRegion: region } = partition(ctx);
  const common = { region, caseId: ctx.facts.caseId, cc: copies(ctx), subject: subjectOf(ctx.facts), text: letter(ctx.facts), where: WHERE };
  const nothing = { noPlan: true, codes: null, ours: null, alike: [], evidence: [] };
  if (region === null) return { ...common, ...nothing, why: 'no Support API is known for this partition' };
  try {
    const [levels, services, cases] = await Promise.all([
      ctx.read<{ severityLevels?: { code?: string }[] }>(support(region, 'DescribeSeverityLevels', { language: 'en' })),
      ctx.read<{ services?: SupportService[] }>(support(region, 'DescribeServices', { language: 'en' })),
      ctx.readAll<Cases>(support(region, 'DescribeCases', { includeResolvedCases: false, includeCommunications: false })),
    ]);
    const wanted = typeof ctx.options.severity === 'string' ? ctx.options.severity : undefined;
    const codes = chooseCodes(
      services.output.services ?? [],
      (levels.output.severityLevels ?? []).flatMap((one) => one.code ?? []),
      wanted,
    );
    const all = casesOf(cases.output).filter(open);
    const ours = all.find((one) => one.subject.includes(caseMark(ctx.facts.caseId))) ?? null;
    const force = ctx.options.force === true || ctx.options.force === 'true';
    const alike = ours || force ? [] : all.filter((one) => MATTER.test(one.subject));
    return {
      ...common,
      noPlan: codes === null,
      why: codes === null ? 'AWS offers no service, category or severity to choose from' : null,
      codes,
      ours,
      alike,
      evidence: cases.evidence,
    };
  } catch (error) {
    return { ...common, ...nothing, why: byHand(error) };
  }
}

export const action: Action<Observed> = {
  id: 'support-case',
  step: 3,
  title: text('Tell AWS Support', 'Avisar a AWS Support'),
  permissions: ['support:DescribeSeverityLevels', 'support:DescribeServices', 'support:DescribeCases', 'support:CreateCase', 'support:ResolveCase'],
  // People at AWS read what is sent here: it is tried out before it counts.
  dryRunFirst: true,
  async observe(ctx) {
    const observed = await look(ctx);
    // Rebuildable at any time: a file beside the case for whoever has to paste it.
    if (observed.noPlan || observed.alike.length > 0) await writeFile(await ctx.derived(FILE), `Subject: ${observed.subject}\n\n${observed.text}`);
    return observed;
  },
  plan({ region, noPlan, codes, ours, alike, caseId, cc, subject, text: body }): Step[] {
    if (region === null || noPlan || codes === null || ours || alike.length > 0) return [];
    return [
      {
        id: 'case',
        why: text(
          'AWS can see and stop what we cannot, and knows from when on we did not act ourselves',
          'AWS puede ver y detener lo que nosotros no, y sabe desde cuándo no actuamos nosotros',
        ),
        call: support(region, 'CreateCase', {
          subject: { $join: [`${subject} ${caseMark(caseId)}`, { $token: true }, ']'] },
          communicationBody: body,
          serviceCode: codes.serviceCode,
          categoryCode: codes.categoryCode,
          severityCode: codes.severityCode,
          issueType: codes.issueType,
          ...(cc.length > 0 ? { ccEmailAddresses: [...cc] } : {}),
          language: 'en',
        }),
        repeat: 'look',
        probe: {
          call: support(region, 'DescribeCases', { includeResolvedCases: true, includeCommunications: false }),
          pick: { from: 'cases', where: [{ path: 'subject', is: { $ref: 'self#subject' } }] },
          done: [{ path: 'length(@)', is: 1 }],
          ready: [{ path: 'length(@)', is: 0 }],
          output: '{caseId: [0].caseId}',
        },
        accept: [{ path: 'type(caseId)', is: 'string' }],
        undo: {
          calls: [support(region, 'ResolveCase', { caseId: { $ref: 'case#caseId' } })],
          done: [{ path: '[0].status', is: 'resolved' }],
          ask: text(
            'this closes the case with AWS Support; what was written stays, and people may be working on it',
            'esto cierra el caso con AWS Support; lo escrito permanece y puede haber personas trabajando en él',
          ),
        },
        danger: [
          text(
            `a case of severity ${codes.severityCode} (${oneLine(codes.service, 60)} / ${oneLine(codes.category, 60)}) reaches people at AWS, who answer to the account's contacts`,
            `un caso de severidad ${codes.severityCode} (${oneLine(codes.service, 60)} / ${oneLine(codes.category, 60)}) llega a personas de AWS, que responden a los contactos de la cuenta`,
          ),
        ],
      },
    ];
  },
  check: (ctx) =>
    readable(['case-open'], async (): Promise<Check[]> => {
      const seen = await settled(
        ctx,
        () => look(ctx),
        (one) => one.noPlan || one.ours !== null || one.alike.length > 0,
      );
      if (seen.noPlan)
        return [
          check(
            'case-open',
            'unknown',
            text(
              `the Support API is not open to us (${seen.why}). Open the case by hand: paste derived/${FILE} at ${WHERE}`,
              `la API de Support no está disponible (${seen.why}). Abra el caso a mano: pegue derived/${FILE} en ${WHERE}`,
            ),
            seen.evidence,
          ),
        ];
      if (seen.ours)
        return [
          check(
            'case-open',
            'holds',
            text(
              `case ${seen.ours.displayId || seen.ours.caseId} is ${seen.ours.status}`,
              `el caso ${seen.ours.displayId || seen.ours.caseId} está ${seen.ours.status}`,
            ),
            seen.evidence,
          ),
        ];
      const [first] = seen.alike;
      if (first)
        return [
          check(
            'case-open',
            'unknown',
            text(
              `case ${first.displayId || first.caseId} ("${first.subject}") is open and looks like the same matter: answer it with our letter, derived/${FILE}`,
              `el caso ${first.displayId || first.caseId} («${first.subject}») está abierto y parece el mismo asunto: respóndalo con nuestra carta, derived/${FILE}`,
            ),
            seen.evidence,
          ),
        ];
      return [check('case-open', 'fails', text('AWS Support lists no open case of ours', 'AWS Support no muestra ningún caso abierto nuestro'), seen.evidence)];
    }),
};
