import type { Facts, Found } from '../../kernel/index.ts';
import { type Credential, type HuntResult, huntOf, isByKey } from '../shared/hunt-result.ts';
import { isAccessKeyId } from '../shared/key.ts';
import { oneLine } from '../shared/names.ts';

/** CreateCase takes at most 8000 characters. */
const LIMIT = 8000;
/** For the mark that is put under an answer. */
const RESERVED = 200;
const SUMMARY_LIMIT = 3_000_000;
const MOST_LINES = 25;

const STATES: Readonly<Record<string, string>> = { holds: 'done and verified', fails: 'NOT achieved', unknown: 'done as far as can be verified' };
const ACTIONS: readonly (readonly [string, string])[] = [
  ['deactivate-key', 'access keys of the user deactivated'],
  ['deny-user', 'deny-all policy on the user'],
  ['contain-found-keys', 'keys and users made by the attacker deactivated and denied'],
  ['revoke-role-sessions', 'role sessions of the attacker revoked'],
  ['hunt', 'all regions searched'],
  ['isolate', 'instance cut off from the network'],
  ['await-snapshots', 'volumes preserved in snapshots'],
  ['stop', 'instance stopped'],
];

const list = (lines: readonly string[], most: number): string[] =>
  lines.length > most ? [...lines.slice(0, most), `- and ${lines.length - most} more`] : [...lines];

const aboutCredential = (one: Credential): string => {
  const acts = [
    `${one.calls} calls`,
    ...(one.denied > 0 ? [`${one.denied} denied`] : []),
    ...(one.refused.length > 0 ? [`tried and was refused: ${one.refused.slice(0, 5).join(', ')}`] : []),
  ];
  const whose = one.role ? ` role ${one.role}` : one.userName ? ` user ${one.userName}` : '';
  return `- ${one.first ?? one.issued ?? 'time unknown'}: ${one.credential} (${one.via === 'leaked' ? 'the leaked credential' : `${one.via} by ${one.issuedBy}`}${whose}): ${acts.join('; ')}; from ${one.addresses.slice(0, 4).join(', ') || 'nowhere seen'}`;
};

function timeline(hunt: HuntResult, most: number): string[] {
  const tree = hunt.tree.map((one) => [one.first ?? one.issued ?? '', aboutCredential(one)] as const);
  return list(
    [...tree].sort((a, b) => a[0].localeCompare(b[0])).map(([, line]) => line),
    most,
  );
}
const aboutResource = (one: Found): string => {
  const made = one.byKey === true;
  const when = made ? one.createdAt : one.detail?.changedAt;
  const how = [made ? 'created' : 'changed', ...(when ? [String(when)] : []), ...(one.event ? [`by ${one.event}`] : [])].join(' ');
  return `- ${one.type.replace(/^AWS::/, '')} ${oneLine(one.arn, 160)} (${how}${one.alive ? '' : ', gone now'})`;
};
const resources = (hunt: HuntResult, most: number): string[] => list(hunt.found.filter(isByKey).map(aboutResource), most);

/** What both the subject and the search for our own case begin with. */
export const caseMark = (caseId: string): string => `[Aplomb ${oneLine(caseId, 60)} `;

/** The subject without the mark. */
export const subjectOf = (facts: Facts): string => {
  const key = huntOf(facts)?.accessKeyId ?? facts.alarm.accessKeyId;
  return isAccessKeyId(key) ? `Compromised access key ${key}` : 'Security incident in our account';
};

/** The whole text, with at most so many lines of each list. */
function write(facts: Facts, most: number, more: readonly string[] = []): string {
  const hunt = huntOf(facts);
  const key = hunt?.accessKeyId ?? (isAccessKeyId(facts.alarm.accessKeyId) ? facts.alarm.accessKeyId : null);
  const leaked = hunt?.tree[0];
  const uninspected = hunt?.regions.filter((one) => one.status === 'denied' || one.status === 'failed').map((one) => one.region) ?? [];
  const done = ACTIONS.flatMap(([id, what]) => {
    const verdict = facts.verdicts[id]?.verdict;
    return verdict ? [`- ${what}: ${STATES[verdict]}`] : [];
  });
  const part = (title: string, lines: readonly string[]): string => (lines.length > 0 ? `\n${title}\n${lines.join('\n')}\n` : '');
  return [
    `We are responding to a security incident in AWS account ${facts.account ?? '(see case)'}. Our reference: ${oneLine(facts.caseId, 80)}. Responder: ${oneLine(facts.responder, 80)}.\n`,
    part('What is affected', [
      ...(key ? [`- Access key: ${key}`] : []),
      ...(leaked?.userName ? [`- IAM user: ${leaked.userName}`] : []),
      ...(leaked?.first ? [`- First use seen in CloudTrail: ${leaked.first} (we searched from ${hunt!.trailSince})`] : []),
      ...(hunt && leaked ? [`- Regions in which the credential was used: ${leaked.regions.join(', ') || 'none seen'}`] : []),
    ]),
    part('Timeline of credentials and what was done with them (UTC)', hunt ? timeline(hunt, most) : []),
    part('Resources created or changed by them', hunt ? resources(hunt, most) : []),
    part('What we have done', done),
    part('What we could not see', [
      ...(uninspected.length > 0 ? [`- Regions that did not answer us: ${uninspected.join(', ')}`] : []),
      ...(hunt && !hunt.closed ? ['- Not all CloudTrail events could be read'] : []),
      ...(hunt ? [] : ['- The search through all regions is still to be done']),
    ]),
    part('What we ask of you', [
      '- Confirm whether you see further use of these credentials, or resources we have not listed, in any region.',
      '- Tell us whether you have placed restrictions on the account, and what you need from us to lift them.',
      '- Please preserve the logs you hold about these credentials.',
      '- Review charges caused by the resources listed above.',
      '- If you have already opened a case about this, please link it here.',
    ]),
    ...more,
  ].join('');
}

/** A letter that is too long ends at a line. */
function shortened(text: string, limit: number, remark: string): string {
  return text.length <= limit ? text : `${text.slice(0, limit - remark.length - 3).replace(/\n[^\n]*$/, '')}\n(${remark})\n`;
}

/**
 * The letter to AWS Support, in English, from the facts of the case. Names identifiers only, no secret; every text that
 * came from the account is one clean line.
 */
export const letter = (facts: Facts): string => shortened(write(facts, MOST_LINES), LIMIT - RESERVED, 'shortened to fit; the attached summary has everything');

/** The same with nothing left out, and how each region was searched: what is attached to the case. An attachment may have 5 MB. */
export function summary(facts: Facts): string {
  const hunt = huntOf(facts);
  const regions = (hunt?.regions ?? []).map((one) => `- ${one.region}: ${one.status}${one.why ? ` (${oneLine(one.why, 300)})` : ''}, ${one.found} found`);
  const checks = Object.entries(facts.verdicts).flatMap(([id, { verdict, checks: each }]) => [
    `- ${id}: ${verdict}`,
    ...each.map((one) => `    ${one.name}: ${one.verdict}: ${oneLine(one.why.en, 400)}`),
  ]);
  const more = [
    ...(regions.length > 0 ? [`\nHow each region was searched\n${regions.join('\n')}\n`] : []),
    ...(checks.length > 0 ? [`\nWhat was checked, and how it stood\n${checks.join('\n')}\n`] : []),
  ];
  return shortened(write(facts, Number.POSITIVE_INFINITY, more), SUMMARY_LIMIT, 'cut off here: an attachment takes no more');
}
