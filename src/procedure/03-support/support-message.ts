import type { Action, ActionContext, Check, Step } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { textOption } from '../shared/options.ts';
import { communicationsOf, copies, knownCases, type SupportCase, supportRegion } from './cases.ts';
import { caseMark } from './letter.ts';
import { message } from './messages.ts';

interface Observed {
  readonly region: string;
  readonly about: SupportCase;
  readonly message: string;
  /** It stands in the case already. */
  readonly said: boolean;
  readonly caseId: string;
  readonly cc: readonly string[];
  readonly evidence: readonly string[];
}
/** CreateCase and AddCommunicationToCase take 8000 characters; the mark needs some. */
const LIMIT = 7800;

const SECRET = /\b(?:aws_secret_access_key|aws_session_token|secretaccesskey)\b\s*[=:]\s*\S+|-----BEGIN [A-Z ]*PRIVATE KEY-----/i;

/** @throws AplombError NoMessage, MessageTooLong, SecretInMessage (exit 2) */
function messageOf(ctx: ActionContext): string {
  const message = textOption(ctx, 'add');
  const refuse = (code: string, what: string, fix: string) => new AplombError(code, what, { fix, exit: EXIT.usage });
  if (message === undefined) throw refuse('NoMessage', 'there is nothing to add to the case', "Give the text: aplomb support --add 'what AWS should know'");
  if (message.length > LIMIT)
    throw refuse('MessageTooLong', `the message has ${message.length} characters; AWS Support takes about ${LIMIT}`, 'Shorten it, or send it in two.');
  if (SECRET.test(message))
    throw refuse('SecretInMessage', 'the message seems to hold a secret; AWS never needs one', 'Take the secret out and name only ids.');
  return message;
}

async function look(ctx: ActionContext): Promise<Observed> {
  const words = messageOf(ctx);
  const region = supportRegion(ctx);
  const key = typeof ctx.facts.alarm.accessKeyId === 'string' ? ctx.facts.alarm.accessKeyId : null;
  const known = await knownCases(ctx, region, key);
  const about = known.ours ?? known.alike[0];
  if (!about)
    throw new AplombError('NoSupportCase', 'AWS Support lists no open case about this matter', { fix: 'Open one first: aplomb support', exit: EXIT.usage });
  const { list, evidence } = await communicationsOf(ctx, region, about.caseId);
  const said = list.some((one) => one.body.startsWith(`${words}\n\n${caseMark(ctx.facts.caseId)}`));
  return { region, about, message: words, said, caseId: ctx.facts.caseId, cc: copies(ctx), evidence: [...known.evidence, ...evidence] };
}

/** Adds a message to our case, or to the case that is this matter. The same words twice are sent once. */
export const action: Action<Observed> = {
  id: 'support-message',
  step: 3,
  title: text('Write to AWS Support', 'Escribir a AWS Support'),
  permissions: ['support:DescribeCases', 'support:DescribeCommunications', 'support:AddCommunicationToCase'],
  dryRunFirst: true,
  observe: look,
  plan: ({ region, about, message: words, said, caseId, cc }): Step[] =>
    said
      ? []
      : [
          message(region, {
            id: 'message',
            about,
            words: `${words}\n\n${caseMark(caseId)}`,
            cc,
            why: text(`add to case ${about.displayId} ("${about.subject}")`, `añadir al caso ${about.displayId} («${about.subject}»)`),
          }),
        ],
  check: (ctx) =>
    readable(['message-sent'], async (): Promise<Check[]> => {
      const seen = await settled(
        ctx,
        () => look(ctx),
        (one) => one.said,
      );
      return [
        check(
          'message-sent',
          seen.said ? 'holds' : 'fails',
          seen.said
            ? text(`the message stands in case ${seen.about.displayId}`, `el mensaje figura en el caso ${seen.about.displayId}`)
            : text(`case ${seen.about.displayId} does not show the message`, `el caso ${seen.about.displayId} no muestra el mensaje`),
          seen.evidence,
        ),
      ];
    }),
};
