import type { Action } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { check, readable } from '../shared/checks.ts';
import { byHand, type Communication, communicationsOf, knownCases, type SupportCase, supportRegion } from './cases.ts';

interface Observed {
  readonly cases: readonly (SupportCase & { readonly communications: readonly Communication[] })[];
  /** Why nothing could be read; null when it could. */
  readonly why: string | null;
  readonly evidence: readonly string[];
}

/** What AWS answered: the whole conversation of our case, or of the case that is this matter. Changes nothing. */
export const action: Action<Observed> = {
  id: 'support-replies',
  step: 3,
  title: text('What AWS Support answered', 'Qué respondió AWS Support'),
  permissions: ['support:DescribeCases', 'support:DescribeCommunications'],
  async observe(ctx) {
    const region = supportRegion(ctx);
    try {
      const key = typeof ctx.facts.alarm.accessKeyId === 'string' ? ctx.facts.alarm.accessKeyId : null;
      const known = await knownCases(ctx, region, key);
      const wanted = known.ours ? [known.ours] : known.alike.slice(0, 5);
      const said = await Promise.all(wanted.map((one) => communicationsOf(ctx, region, one.caseId)));
      return {
        cases: wanted.map((one, at) => ({ ...one, communications: said[at]!.list })),
        why: null,
        evidence: [...known.evidence, ...said.flatMap((one) => one.evidence)],
      };
    } catch (error) {
      return { cases: [], why: byHand(error), evidence: [] };
    }
  },
  plan: () => [],
  check: (ctx) =>
    readable(['replies-read'], async () => {
      const seen = ctx.facts.observed['support-replies'] as unknown as Observed | undefined;
      const cases = seen?.cases ?? [];
      const messages = cases.reduce((sum, one) => sum + one.communications.length, 0);
      return [
        check(
          'replies-read',
          cases.length > 0 ? 'holds' : 'unknown',
          cases.length > 0
            ? text(
                `${messages} messages in ${cases.map((one) => `${one.displayId} (${one.status})`).join(', ')}`,
                `${messages} mensajes en ${cases.map((one) => `${one.displayId} (${one.status})`).join(', ')}`,
              )
            : seen?.why
              ? text(`AWS Support could not be read: ${seen.why}`, `No se pudo leer AWS Support: ${seen.why}`)
              : text('AWS Support lists no open case about this matter', 'AWS Support no muestra ningún caso abierto sobre este asunto'),
          seen?.evidence ?? [],
        ),
      ];
    }),
};
