import type { Change, Facts, Text, Undo, Value } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { type SupportCase, support } from './cases.ts';
import { caseMark } from './letter.ts';

/** What AWS was told cannot be taken back. */
export const KEPT: Undo = { kept: text('what AWS was told stays told', 'lo que se dijo a AWS queda dicho') };

/**
 * A message in a case, told once: the mark at its end says whose it is, and finds it again after a lost answer.
 * @param words what stands before the mark's token
 */
export function message(
  region: string,
  of: { readonly id: string; readonly about: SupportCase; readonly words: string; readonly cc: readonly string[]; readonly why: Text },
): Change {
  const { about, cc } = of;
  const number = about.displayId || about.caseId;
  return {
    id: of.id,
    why: of.why,
    call: support(region, 'AddCommunicationToCase', {
      caseId: about.caseId,
      communicationBody: { $join: [of.words, { $token: true }, ']'] },
      ...(cc.length > 0 ? { ccEmailAddresses: [...cc] } : {}),
    }),
    repeat: 'look',
    probe: {
      call: support(region, 'DescribeCommunications', { caseId: about.caseId, maxResults: 100 }),
      pick: { from: 'communications', where: [{ path: 'body', is: { $ref: 'self#communicationBody' } }] },
      done: [{ path: 'length(@)', is: 1 }],
      ready: [{ path: 'length(@)', is: 0 }],
    },
    accept: [{ path: 'result', is: true }],
    undo: KEPT,
    danger: [text(`people at AWS read it in case ${number}`, `lo leerán personas de AWS en el caso ${number}`)],
  };
}

/** One name for a case: it says whether the summary is there already. */
export const summaryName = (caseId: string): string => `aplomb-${caseId.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 80)}-summary.txt`;

/**
 * The summary as an attachment, after the case itself: a set is made (it lives an hour and ends by itself), then named in a
 * message. A refused attachment never keeps the case from being opened.
 * @param of the case's id, or the ref that gives it
 */
export function attachSummary(region: string, of: Value, facts: Pick<Facts, 'caseId'>, summary: string, needs: readonly string[]): Change[] {
  const name = summaryName(facts.caseId);
  const attached = {
    call: support(region, 'DescribeCommunications', { caseId: of, maxResults: 100 }),
    pick: { from: 'communications[].attachmentSet[]', where: [{ path: 'fileName', is: name }] },
    done: [{ path: '[0].fileName', is: name }],
    ready: [{ path: 'length(@)', is: 0 }],
  };
  return [
    {
      id: 'summary',
      why: text('hand over everything the case knows, as a file', 'entregar todo lo que el caso sabe, como archivo'),
      needs,
      call: support(region, 'AddAttachmentsToSet', { attachments: [{ fileName: name, data: Buffer.from(summary).toString('base64') }] }),
      // A second set does no harm: nobody sees it, and it ends within the hour.
      repeat: 'safe',
      probe: { ...attached, output: '{attachmentSetId: [0].attachmentId}' },
      accept: [{ path: 'type(attachmentSetId)', is: 'string' }],
      undo: KEPT,
      danger: [],
    },
    {
      id: 'attach',
      why: text('put the summary into the case', 'poner el resumen en el caso'),
      needs: [...needs, 'summary'],
      call: support(region, 'AddCommunicationToCase', {
        caseId: of,
        communicationBody: { $join: [`The full summary of our findings is attached. ${caseMark(facts.caseId)}`, { $token: true }, ']'] },
        attachmentSetId: { $ref: 'summary#attachmentSetId' },
      }),
      repeat: 'look',
      probe: attached,
      accept: [{ path: 'result', is: true }],
      undo: KEPT,
      danger: [],
    },
  ];
}
