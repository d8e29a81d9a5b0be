import { writeFile } from 'node:fs/promises';
import type { Action, ActionContext, Check, Step } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { isAccessKeyId } from '../shared/key.ts';
import { oneLine } from '../shared/names.ts';
import { flagOption, textOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { byHand, communicationsOf, copies, type Known, knownCases, type SupportCase, support, WHERE } from './cases.ts';
import { type Codes, chooseCodes, type SupportService } from './codes.ts';
import { caseMark, letter, subjectOf, summary } from './letter.ts';
import { attachSummary, message, summaryName } from './messages.ts';
import { isMember } from './security-ir-case.ts';

interface Observed extends Omit<Known, 'evidence'> {
  readonly region: string | null;
  /** The account's plan has no Support API, or it cannot be asked: the letter must be pasted by a person. */
  readonly noPlan: boolean;
  readonly why: string | null;
  readonly codes: Codes | null;
  /** The case that this is about: ours, else the likeliest of those alike. Null: one is to be opened. */
  readonly about: SupportCase | null;
  /** Our letter stands in it. */
  readonly told: boolean;
  /** Our summary is attached to it. */
  readonly attached: boolean;
  readonly caseId: string;
  readonly cc: readonly string[];
  readonly subject: string;
  /** The letter; the ready-to-paste text. */
  readonly text: string;
  readonly summary: string;
  readonly where: string;
  /** Region of the account's membership in AWS Security Incident Response, which is offered beside the case. */
  readonly member?: string | null;
  readonly evidence: readonly string[];
}

const FILE = 'support-case.txt';

async function look(ctx: ActionContext): Promise<Observed> {
  const { supportRegion: region } = partition(ctx);
  const { facts } = ctx;
  const words = { subject: subjectOf(facts), text: letter(facts), summary: summary(facts), where: WHERE };
  const common = { region, caseId: facts.caseId, cc: copies(ctx), ...words };
  const nothing = { noPlan: true, codes: null, ours: null, alike: [], about: null, told: false, attached: false, evidence: [] };
  if (region === null) return { ...common, ...nothing, why: 'no Support API is known for this partition' };
  const key = huntOf(facts)?.accessKeyId ?? (isAccessKeyId(facts.alarm.accessKeyId) ? facts.alarm.accessKeyId : null);
  try {
    const [levels, services, known] = await Promise.all([
      ctx.read<{ severityLevels?: { code?: string }[] }>(support(region, 'DescribeSeverityLevels', { language: 'en' })),
      ctx.read<{ services?: SupportService[] }>(support(region, 'DescribeServices', { language: 'en' })),
      knownCases(ctx, region, key),
    ]);
    const codes = chooseCodes(
      services.output.services ?? [],
      (levels.output.severityLevels ?? []).flatMap((one) => one.code ?? []),
      textOption(ctx, 'severity'),
    );
    const about = known.ours ?? (flagOption(ctx, 'force') ? null : (known.alike[0] ?? null));
    const said = about ? await communicationsOf(ctx, region, about.caseId) : { list: [], evidence: [] };
    return {
      ...common,
      noPlan: codes === null,
      why: codes === null ? 'AWS offers no service, category or severity to choose from' : null,
      codes,
      ...known,
      about,
      // A case we opened begins with our letter.
      told: known.ours !== null || said.list.some((one) => one.body.includes(`${caseMark(facts.caseId)}letter `)),
      attached: said.list.some((one) => one.attachments.includes(summaryName(facts.caseId))),
      evidence: [...known.evidence, ...said.evidence],
    };
  } catch (error) {
    return { ...common, ...nothing, why: byHand(error) };
  }
}

const named = (one: SupportCase): string => one.displayId || one.caseId;

/** The case of our own: subject with the mark, codes as AWS offered them. */
function openCase({ region, codes, subject, caseId, text: body, cc }: Observed & { region: string; codes: Codes }): Step {
  const service = `${oneLine(codes.service, 60)} / ${oneLine(codes.category, 60)}`;
  return {
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
        `a case of severity ${codes.severityCode} (${service}) reaches people at AWS, who answer to the account's contacts`,
        `un caso de severidad ${codes.severityCode} (${service}) llega a personas de AWS, que responden a los contactos de la cuenta`,
      ),
    ],
  };
}

/** AWS has a case about it already (or a colleague has): our letter goes there. */
const answer = ({ region, about, caseId, text: body, cc }: Observed & { region: string; about: SupportCase }): Step =>
  message(region, {
    id: 'answer',
    about,
    words: `${body}\n${caseMark(caseId)}letter `,
    cc,
    why: text(
      `answer case ${named(about)} ("${about.subject}"), which is about this already, instead of opening another`,
      `responder al caso ${named(about)} («${about.subject}»), que ya trata de esto, en vez de abrir otro`,
    ),
  });

export const action: Action<Observed> = {
  id: 'support-case',
  step: 3,
  title: text('Tell AWS Support', 'Avisar a AWS Support'),
  permissions: [
    'support:DescribeSeverityLevels',
    'support:DescribeServices',
    'support:DescribeCases',
    'support:DescribeCommunications',
    'support:CreateCase',
    'support:AddCommunicationToCase',
    'support:AddAttachmentsToSet',
    'support:ResolveCase',
    'security-ir:ListMemberships',
  ],
  // People at AWS read what is sent here: it is tried out before it counts.
  dryRunFirst: true,
  async observe(ctx) {
    const [observed, member] = await Promise.all([look(ctx), isMember(ctx)]);
    // Rebuildable at any time: a file beside the case for whoever has to paste it.
    if (observed.noPlan) await writeFile(await ctx.derived(FILE), `Subject: ${observed.subject}\n\n${observed.text}`);
    return { ...observed, member };
  },
  plan(observed): Step[] {
    const { region, noPlan, codes, about, told, attached, summary: words } = observed;
    if (region === null || noPlan || codes === null) return [];
    if (about === null) return [openCase({ ...observed, region, codes }), ...attachSummary(region, { $ref: 'case#caseId' }, observed, words, ['case'])];
    return [
      ...(told ? [] : [answer({ ...observed, region, about })]),
      ...(attached ? [] : attachSummary(region, about.caseId, observed, words, told ? [] : ['answer'])),
    ];
  },
  check: (ctx) =>
    readable(['case-open'], async (): Promise<Check[]> => {
      const seen = await settled(
        ctx,
        () => look(ctx),
        (one) => one.noPlan || (one.about !== null && one.told && one.attached),
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
      const { about, told, attached } = seen;
      if (about === null)
        return [
          check('case-open', 'fails', text('AWS Support lists no open case of ours', 'AWS Support no muestra ningún caso abierto nuestro'), seen.evidence),
        ];
      return [
        check(
          'case-open',
          told ? 'holds' : 'fails',
          told
            ? text(`case ${named(about)} is ${about.status}`, `el caso ${named(about)} está ${about.status}`)
            : text(`case ${named(about)} is open, but our letter is not in it`, `el caso ${named(about)} está abierto, pero nuestra carta no figura en él`),
          seen.evidence,
        ),
        check(
          'summary-attached',
          attached ? 'holds' : 'fails',
          attached
            ? text('the whole summary is attached to the case', 'el resumen completo está adjunto al caso')
            : text('the summary is not attached to the case', 'el resumen no está adjunto al caso'),
          seen.evidence,
        ),
      ];
    }),
};
