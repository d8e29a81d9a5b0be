import { type Reason, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';

/** One entry of an image's or EBS snapshot's permissions. */
export interface Permission {
  readonly UserId?: string;
  readonly Group?: string;
  readonly OrganizationArn?: string;
  readonly OrganizationalUnitArn?: string;
}
/** The attribute of an RDS snapshot that lists who may restore it. */
export interface RestoreAttribute {
  readonly AttributeName?: string;
  readonly AttributeValues?: readonly string[];
}
export interface Shared {
  readonly public: boolean;
  /** Other accounts, organisations and organisational units. */
  readonly outside: readonly string[];
}
/** @param who account ids or ARNs, "all" for everybody; @param own account id */
export const sharedAmong = (who: readonly string[], own: string | undefined): Shared => ({
  public: who.some((one) => one.toLowerCase() === 'all'),
  outside: [...new Set(who)].filter((one) => one !== own && one.toLowerCase() !== 'all').map((one) => oneLine(one, 120)),
});
/** Whom an EBS snapshot or an image is shared with. */
export const sharedWith = (permissions: readonly Permission[], own: string | undefined): Shared =>
  sharedAmong(
    permissions.flatMap((one) => (one.Group === 'all' ? 'all' : (one.UserId ?? one.OrganizationArn ?? one.OrganizationalUnitArn ?? []))),
    own,
  );
/** Who may restore an RDS snapshot: restoring it is reading the database. */
export const restoredBy = (attributes: readonly RestoreAttribute[] | undefined, own: string | undefined): Shared =>
  sharedAmong(
    (attributes ?? []).filter((one) => one.AttributeName === 'restore').flatMap((one) => one.AttributeValues ?? []),
    own,
  );
/** @param use what everybody may do with it */
export function sharingReasons(shared: Shared, use: { readonly en: string; readonly es: string } = { en: 'copy it', es: 'copiarlo' }): Reason[] {
  const names = `${shared.outside.slice(0, 10).join(', ')}${shared.outside.length > 10 ? ', ...' : ''}`;
  return [
    ...(shared.public
      ? [{ code: 'public' as const, text: text(`anybody with an AWS account may ${use.en}`, `cualquiera con una cuenta de AWS puede ${use.es}`) }]
      : []),
    ...(shared.outside.length > 0 ? [{ code: 'shared-outside' as const, text: text(`shared with ${names}`, `compartido con ${names}`) }] : []),
  ];
}
/** Old things are asked about too, up to this many in a region: a leaked company secret is usually an old snapshot. */
export const OLD_ASKED = 200;
