import { type ActionContext, type Call, type Change, type Check, type Json, text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import { tagText } from '../shared/ec2.ts';
import { caughtUp } from '../shared/made.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';

/** Retention of what is deleted, by kind. Longest, in days (Amazon EBS User Guide, "Create a Recycle Bin retention rule"). */
const LONGEST = { EBS_SNAPSHOT: 365, EBS_VOLUME: 7 } as const;
export type BinType = keyof typeof LONGEST;
const TYPES = Object.keys(LONGEST) as BinType[];
const NAMES = {
  EBS_SNAPSHOT: text('deleted snapshots of the case', 'las instantáneas del caso que se borren'),
  EBS_VOLUME: text('deleted volumes of the case', 'los volúmenes del caso que se borren'),
};

/** One kind of thing: for how many days a deleted one of this case can be brought back. */
export interface Bin {
  readonly type: BinType;
  /** The longest retention of a rule that covers what carries the case's tag; 0 when none does. */
  readonly days: number;
  readonly rule: string;
  /** Why the rules could not be read, or empty. */
  readonly unread: string;
}
interface Rule {
  Identifier?: string;
  RetentionPeriod?: { RetentionPeriodValue?: number };
  ResourceTags?: { ResourceTagKey?: string; ResourceTagValue?: string }[];
  ExcludeResourceTags?: { ResourceTagKey?: string; ResourceTagValue?: string }[];
}
const rbin = (region: string, operation: string, input: Json): Call => ({ service: 'rbin', operation, region, input });

/** Does the rule keep a deleted thing that carries the case's own tags? One matching pair is enough, and one excluded pair too. */
function covers(rule: Rule, tags: ReadonlyMap<string, string>): boolean {
  const names = (pair: { ResourceTagKey?: string; ResourceTagValue?: string }): boolean =>
    tags.has(pair.ResourceTagKey ?? '') && (pair.ResourceTagValue === undefined || tags.get(pair.ResourceTagKey ?? '') === pair.ResourceTagValue);
  const wanted = rule.ResourceTags ?? [];
  return wanted.length > 0 ? wanted.some(names) : !(rule.ExcludeResourceTags ?? []).some(names);
}

/** The actions that make rules. */
const MAKERS = ['legal-hold', 'suppress-deletion'] as const;
/** Rules of one type that the case made here; some may have been taken back. */
const madeRules = ({ facts }: ActionContext, region: string, type: BinType): { id: string; by: string }[] =>
  MAKERS.flatMap((by) => {
    const { Identifier: id } = (facts.outputs[by]?.[`bin.${type}`] ?? {}) as { Identifier?: string };
    return id !== undefined && (facts.observed[by] as { region?: string } | undefined)?.region === region ? [{ id, by }] : [];
  });

/** The rules of one type. `unseen` are in the list and nowhere else: just made, or just deleted. */
async function readRules(ctx: ActionContext, region: string, type: BinType) {
  const listed = await ctx.readAll<{ Rules?: Rule[] }>(rbin(region, 'ListRules', { ResourceType: type }));
  const ids = (listed.output.Rules ?? []).map(({ Identifier }) => Identifier ?? '');
  const [rules, proof, unseen]: [Rule[], string[], { id: string; error: unknown }[]] = [[], [...listed.evidence], []];
  // The list does not say what a rule covers.
  await Promise.all(
    ids.map(async (Identifier) => {
      try {
        const { output, evidence } = await ctx.read<Rule>(rbin(region, 'GetRule', { Identifier }));
        rules.push(output);
        proof.push(...evidence);
      } catch (error) {
        if (!isAwsFailure(error) || error.code !== 'ResourceNotFound') throw error;
        unseen.push({ id: Identifier, error });
      }
    }),
  );
  return { ids, rules, unseen, proof };
}

/** @returns what the Recycle Bin would keep of the case, and the answers that say so */
export async function readBins(ctx: ActionContext, region: string, instanceId: string): Promise<{ bins: Bin[]; evidence: readonly string[] }> {
  const tags = new Map([
    ['ir:case', tagText(ctx.facts.caseId)],
    ['ir:instance', instanceId],
  ]);
  const evidence: string[] = [];
  const one = async (type: BinType): Promise<Bin> => {
    try {
      const made = madeRules(ctx, region, type);
      const { rules, unseen, proof } = await caughtUp(
        ctx,
        () => readRules(ctx, region, type),
        (seen) => [...seen.unseen.map(({ id }) => id), ...made.flatMap(({ id }) => (seen.ids.includes(id) ? [] : [id]))],
        async (ids) => {
          const mine = made.filter(({ id }) => ids.includes(id));
          const standing = mine.length > 0 ? await ctx.standing(7, MAKERS) : [];
          const back = mine.filter(({ by }) => !standing.some((one) => one.action === by && one.step === `bin.${type}`));
          return ids.filter((id) => !back.some((one) => one.id === id));
        },
      );
      if (unseen[0]) throw unseen[0].error;
      evidence.push(...proof);
      const best = rules
        .filter((rule) => covers(rule, tags))
        .map((rule) => ({ days: rule.RetentionPeriod?.RetentionPeriodValue ?? 0, rule: rule.Identifier ?? '' }))
        .sort((a, b) => b.days - a.days || (a.rule < b.rule ? -1 : 1))[0];
      return { type, days: best?.days ?? 0, rule: best?.rule ?? '', unread: '' };
    } catch (error) {
      if (!isAwsFailure(error)) throw error;
      return { type, days: 0, rule: '', unread: inShort(error) };
    }
  };
  return { bins: await Promise.all(TYPES.map(one)), evidence };
}

/** A rule for the case's tag where none keeps what is deleted for as long as AWS can. Rules of others are left as they are. */
export function binChanges(region: string, caseId: string, bins: readonly Bin[]): Change[] {
  return bins
    .filter(({ type, days, unread }) => unread === '' && days < LONGEST[type])
    .map(({ type }): Change => {
      const days = LONGEST[type];
      const mark = { $join: [`Incident ${tagText(caseId, 64)} `, { $token: true }] };
      const list = rbin(region, 'ListRules', { ResourceType: type });
      return {
        id: `bin.${type}`,
        why: text(`Keep ${NAMES[type].en} for ${days} days in the Recycle Bin`, `Guardar ${days} días en la papelera ${NAMES[type].es}`),
        call: rbin(region, 'CreateRule', {
          ResourceType: type,
          RetentionPeriod: { RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' },
          ResourceTags: [{ ResourceTagKey: 'ir:case', ResourceTagValue: tagText(caseId) }],
          Description: mark,
        }),
        // There is no ClientToken: a second call would be a second rule.
        repeat: 'look',
        probe: {
          call: list,
          pick: { from: 'Rules', where: [{ path: 'Description', is: mark }] },
          done: [{ path: 'length(@)', is: 1 }],
          ready: [{ path: 'length(@)', is: 0 }],
          output: '{Identifier: [0].Identifier}',
        },
        undo: {
          calls: [rbin(region, 'DeleteRule', { Identifier: { $ref: `bin.${type}#Identifier` } })],
          already: ['ResourceNotFound'],
          ask: text(
            'Without the rule, what is deleted by mistake or on purpose is gone at once.',
            'Sin la regla, lo que se borre por error o a propósito desaparece al instante.',
          ),
        },
        danger: [],
      };
    });
}

export function binCheck(bins: readonly Bin[], evidence: readonly string[]): Check {
  const unread = bins.filter((bin) => bin.unread);
  const short = bins.filter((bin) => !bin.unread && bin.days < LONGEST[bin.type]);
  const list = (some: readonly Bin[], what: (bin: Bin) => string) => some.map((bin) => `${bin.type}: ${what(bin)}`).join('; ');
  if (short.length > 0)
    return check(
      'recycle-bin',
      'fails',
      text(
        `What is deleted of the case is not kept as long as it can be: ${list(short, ({ days }) => `${days} days`)}.`,
        `Lo que se borre del caso no se guarda todo lo que se puede: ${list(short, ({ days }) => `${days} días`)}.`,
      ),
      evidence,
    );
  if (unread.length > 0) {
    const why = list(unread, (bin) => bin.unread);
    return check('recycle-bin', 'unknown', text(`The Recycle Bin could not be read: ${why}.`, `No se pudo leer la papelera: ${why}.`), evidence);
  }
  const kept = list(bins, ({ days, rule }) => `${days} d (${rule})`);
  return check(
    'recycle-bin',
    'holds',
    text(
      `What is deleted of the case can be brought back from the Recycle Bin: ${kept}.`,
      `Lo que se borre del caso se puede recuperar de la papelera: ${kept}.`,
    ),
    evidence,
  );
}
