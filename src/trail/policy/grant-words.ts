import { text as say, type Text } from '../../kernel/index.ts';
import type { TrailRecord } from '../event.ts';
import type { Power } from './powers.ts';
import type { Policy } from './read.ts';
import type { Trust } from './trust.ts';

export interface Grant {
  /** `user/bob`, `role/deploy`, `group/admins`, `policy/<ARN>`, `resource/<name>`, `code` (a role passed on), `permission-set/<ARN>`. */
  readonly to: string;
  /** The actor gives it to himself: to his user, his role, or (with `groupsOf`) a group he is in. */
  readonly self: boolean;
  /** Gravest first. Empty with `unclear` unset: nothing of note. */
  readonly powers: readonly Power[];
  /** Whom a trust or resource policy lets in from outside; empty for policies on identities. */
  readonly outsiders: readonly Trust[];
  /** What was given cannot be told from this event, and why. */
  readonly unclear: Text | undefined;
  readonly why: Text;
}
/** What else is known, for those who have it. */
export interface Known {
  /** Also say what a refused or failed call would have granted. */
  readonly refused?: boolean;
  /** A customer managed policy's default version, by ARN. */
  policyOf?(arn: string): Policy | undefined;
  /** Names of the groups that a user (by ARN) is in. */
  groupsOf?(user: string): ReadonlySet<string>;
}
export interface Asked {
  readonly record: TrailRecord;
  readonly api: string;
  readonly own: ReadonlySet<string>;
  readonly known: Known;
  /** Text at `requestParameters.<path>`. */
  ask(path: string): string | undefined;
}

export const grant = (parts: Partial<Grant> & Pick<Grant, 'to' | 'why'>): Grant => ({ self: false, powers: [], outsiders: [], unclear: undefined, ...parts });
/** A refused call often has no request in the trail. */
export const NOT_SHOWN = say('The trail does not show what was asked for.', 'El registro no muestra qué se pidió.');
