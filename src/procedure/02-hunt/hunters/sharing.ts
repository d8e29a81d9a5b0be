import { type Reason, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';

export interface Permission {
  readonly UserId?: string;
  readonly Group?: string;
  readonly OrganizationArn?: string;
  readonly OrganizationalUnitArn?: string;
}
export interface Shared {
  readonly public: boolean;
  /** Other accounts, organisations and organisational units. */
  readonly outside: readonly string[];
}
/** Whom a snapshot or an image is shared with. @param own account id */
export function sharedWith(permissions: readonly Permission[], own: string): Shared {
  const others = permissions.flatMap((one) => one.UserId ?? one.OrganizationArn ?? one.OrganizationalUnitArn ?? []);
  return {
    public: permissions.some((one) => one.Group === 'all'),
    outside: [...new Set(others)].filter((who) => who !== own).map((who) => oneLine(who, 120)),
  };
}
export function sharingReasons(shared: Shared): Reason[] {
  const names = shared.outside.slice(0, 10).join(', ');
  return [
    ...(shared.public
      ? [{ code: 'public' as const, text: text('anybody with an AWS account may copy it', 'cualquiera con una cuenta de AWS puede copiarlo') }]
      : []),
    ...(shared.outside.length > 0 ? [{ code: 'shared-outside' as const, text: text(`shared with ${names}`, `compartido con ${names}`) }] : []),
  ];
}
/** Old things are asked about too, up to this many in a region: a leaked company secret is usually an old snapshot. */
export const OLD_ASKED = 200;
