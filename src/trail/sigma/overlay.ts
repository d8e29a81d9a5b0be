/**
 * What we know of public rules that say more, or other, than they mean. Written by us from looking at the rules against real trails: nothing
 * of a rule's text is copied here, and no rule is changed. Each entry recognises its rule by the rule's id (or, where the copy has none, by
 * the file's name) and by the very fault, so that a corrected copy is left alone. Its caveat goes with every hit; its stricter filter, which
 * keeps what the rule was probably meant to find, acts only where the caller asks for it (`isStrictHit`).
 */
import { type Text, text } from '../../kernel/index.ts';
import { outcomeOf, type TrailRecord, text as textAt } from '../event.ts';
import type { SigmaRule } from './rule.ts';

export interface Tuning {
  readonly uuid: string;
  readonly stem: string;
  /** Whether this copy of the rule has the fault. */
  faulty(rule: SigmaRule): boolean;
  readonly caveat: Text;
  /** Keeps a hit. Absent: no filter would help. */
  keeps?(record: TrailRecord): boolean;
  /** Dotted fields that `keeps` looks at, and no others: hits that are alike in them are answered once. */
  readonly reads: readonly string[];
}

const CALLER = ['userIdentity.type', 'userIdentity.userName', 'userIdentity.arn'];
const last = (value: string | undefined): string | undefined => value?.split('/').at(-1);
/** The user that the call is about is another than the one who calls. A call without a user name is about the caller. */
const aboutAnother = (record: TrailRecord, ...fields: readonly string[]): boolean => {
  const named = fields.map((field) => textAt(record, field)).find((each) => each !== undefined && each !== '');
  if (named === undefined) return false;
  const type = textAt(record, 'userIdentity.type');
  // Roles and the account's root have no user of their own: whatever user they name is another.
  if (type !== 'IAMUser') return true;
  const caller = textAt(record, 'userIdentity.userName') ?? last(textAt(record, 'userIdentity.arn'));
  return caller?.toLowerCase() !== named.toLowerCase();
};

export const TUNINGS: readonly Tuning[] = [
  {
    uuid: '0a5177f4-6ca9-44c2-aacf-d3f3d8b6e4d2',
    stem: 'aws_iam_backdoor_users_keys',
    faulty: (rule) => /"userIdentity\.arn\|contains","responseElements\.accessKey\.userName"/.test(rule.detection),
    caveat: text(
      'This rule means to leave out users who make a key for themselves, but it compares with the name of a field instead of its content. It hits every CreateAccessKey: check whose key was made.',
      'Esta regla pretende excluir a quien crea una clave para sí mismo, pero compara con el nombre de un campo y no con su contenido. Salta con cada CreateAccessKey: compruebe de quién es la clave creada.',
    ),
    keeps: (record) => aboutAnother(record, 'responseElements.accessKey.userName', 'requestParameters.userName'),
    reads: ['responseElements.accessKey.userName', 'requestParameters.userName', ...CALLER],
  },
  {
    uuid: '055fb148-60f8-462d-ad16-26926ce050f1',
    stem: 'aws_update_login_profile',
    faulty: (rule) => /"userIdentity\.arn\|fieldref","requestParameters\.userName"/.test(rule.detection),
    caveat: text(
      'This rule means to leave out users who change their own password, but it compares a whole ARN with a bare user name, which are never equal. It hits every UpdateLoginProfile: check whose password was changed.',
      'Esta regla pretende excluir a quien cambia su propia contraseña, pero compara un ARN entero con un nombre de usuario, que nunca son iguales. Salta con cada UpdateLoginProfile: compruebe de quién es la contraseña cambiada.',
    ),
    keeps: (record) => aboutAnother(record, 'requestParameters.userName'),
    reads: ['requestParameters.userName', ...CALLER],
  },
  {
    uuid: '905d389b-b853-46d0-9d3d-dea0d3a3cd49',
    stem: 'aws_sts_assumerole_misuse',
    faulty: (rule) => !rule.fields.includes('eventName'),
    caveat: text(
      'This rule hits every call that any role makes, whatever the call: it says who acted, not that something is wrong.',
      'Esta regla salta con cualquier llamada de cualquier rol: dice quién actuó, no que algo vaya mal.',
    ),
    // One role taking on another: the movement that the rule is named after.
    keeps: (record) => textAt(record, 'eventSource') === 'sts.amazonaws.com' && /^AssumeRole/.test(textAt(record, 'eventName') ?? ''),
    reads: ['eventSource', 'eventName'],
  },
  {
    uuid: 'ccd6a6c8-bb4e-4a91-9d2a-07e632819374',
    stem: 'aws_delete_saml_provider',
    faulty: (rule) => rule.fields.includes('status'),
    caveat: text(
      'This rule asks for a member “status”, which CloudTrail records do not have: on ordinary logs it never hits. A DeleteSAMLProvider must be looked for otherwise.',
      'Esta regla pide un campo «status», que los registros de CloudTrail no tienen: con registros corrientes nunca salta. DeleteSAMLProvider debe buscarse de otro modo.',
    ),
    reads: [],
  },
];

/** The entry for a rule that has the fault it describes. */
export function tuningOf(rule: SigmaRule): Tuning | undefined {
  const stem = rule.id.replace(/#\d+$/, '');
  const known = TUNINGS.find((each) => (rule.uuid === '' ? each.stem === stem : each.uuid === rule.uuid));
  return known?.faulty(rule) ? known : undefined;
}
/** Rules that never look at how a call ended cannot tell an attempt from a success. */
export const ignoresOutcome = (rule: SigmaRule): boolean =>
  !rule.keywords && !rule.fields.some((field) => /^(errorCode|errorMessage|responseElements|serviceEventDetails)(\.|$)/.test(field));

/** What goes with this hit: the rule's known fault, and that the call did not work although the rule does not say so. */
export function caveatOf(rule: SigmaRule, record: TrailRecord): Text | undefined {
  const known = tuningOf(rule)?.caveat;
  const outcome = outcomeOf(record);
  if (outcome === 'done' || !ignoresOutcome(rule)) return known;
  const code = (textAt(record, 'errorCode') ?? textAt(record, 'errorMessage') ?? '').slice(0, 80);
  const refused = text(
    `The rule does not look at how the call ended: this one ${{ denied: 'was denied', failed: 'failed', 'dry-run': 'was only a dry run' }[outcome]} (${code}).`,
    `La regla no mira cómo acabó la llamada: esta ${{ denied: 'fue denegada', failed: 'falló', 'dry-run': 'era solo un ensayo' }[outcome]} (${code}).`,
  );
  return known ? text(`${known.en} ${refused.en}`, `${known.es} ${refused.es}`) : refused;
}

/**
 * Our stricter filter, for callers who switch it on: false for a hit of a rule known to be wrong that its intention would not cover, and for
 * hits on calls that did not work of rules that do not look at that.
 */
export function isStrictHit(rule: SigmaRule, record: TrailRecord): boolean {
  if (outcomeOf(record) !== 'done' && ignoresOutcome(rule)) return false;
  return tuningOf(rule)?.keeps?.(record) ?? true;
}
