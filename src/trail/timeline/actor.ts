import { principalOf, type TrailRecord, text } from '../event.ts';

/** Who acted, in short; every value hostile. */
export interface Actor {
  /** `role/deploy`, `user/anna`, `root`, a service's host name. */
  readonly name: string;
  readonly session: string | undefined;
  /** The service that passed the call on with this identity. */
  readonly via: string | undefined;
  /** The account the actor belongs to, when the record says. */
  readonly account: string | undefined;
}

/** Who acted, as a person would say it. */
export function actorOf(record: TrailRecord): Actor {
  const type = text(record, 'userIdentity.type');
  const arn = text(record, 'userIdentity.arn');
  const principal = principalOf(record);
  const invokedBy = text(record, 'userIdentity.invokedBy');
  const resource = /^arn:aws[a-z-]*:(?:iam|sts)::\d*:(.+)$/s.exec(principal)?.[1];
  const session =
    type === 'AssumedRole' ? (/:assumed-role\/.+\/([^/]*)$/s.exec(arn ?? '')?.[1] ?? text(record, 'userIdentity.principalId')?.split(':')[1]) : undefined;
  return {
    name: type === 'Root' ? 'root' : (resource ?? principal),
    session: session === '' ? undefined : session,
    via: invokedBy !== undefined && invokedBy !== principal && invokedBy !== 'AWS Internal' ? invokedBy : undefined,
    account: text(record, 'userIdentity.accountId'),
  };
}
