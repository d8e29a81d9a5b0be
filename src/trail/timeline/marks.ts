import { text as both, type Text } from '../../kernel/index.ts';
import { isService, outcomeOf, type TrailRecord, text } from '../event.ts';
import { NEW } from './first-seen.ts';

export const MARKS = {
  denied: both('denied', 'denegado'),
  failed: both('failed', 'falló'),
  'dry-run': both('DryRun: would have been allowed', 'DryRun: se habría permitido'),
  'new-principal': both('first seen in this trail', 'visto aquí por primera vez'),
  'new-address': both('new address', 'dirección nueva'),
  'new-agent': both('new user agent', 'agente de usuario nuevo'),
  'new-region': both('new region', 'región nueva'),
  console: both('console', 'consola'),
  root: both('root', 'root'),
  'no-mfa': both('no MFA', 'sin MFA'),
  service: both('service', 'servicio'),
  'cross-account': both('cross-account', 'entre cuentas'),
} as const satisfies Record<string, Text>;
export type Mark = keyof typeof MARKS;

const inConsole = (record: TrailRecord): boolean =>
  text(record, 'sessionCredentialFromConsole') === 'true' ||
  text(record, 'eventType') === 'AwsConsoleSignIn' ||
  text(record, 'eventType') === 'AwsConsoleAction' ||
  /^(?:signin|console)\.amazonaws\.com$|^\[?S3Console/.test(text(record, 'userAgent') ?? '');

/** A role session has no MFA of its own, and a long-lived key never says: only people's sign-ins and sessions count. */
function withoutMfa(record: TrailRecord): boolean {
  const type = text(record, 'userIdentity.type');
  if (type !== 'IAMUser' && type !== 'Root') return false;
  if (text(record, 'eventName') === 'ConsoleLogin') return text(record, 'additionalEventData.MFAUsed')?.toLowerCase() === 'no';
  return text(record, 'userIdentity.sessionContext.attributes.mfaAuthenticated') === 'false';
}
function crossAccount(record: TrailRecord): boolean {
  const [own, acts] = [text(record, 'recipientAccountId'), text(record, 'userIdentity.accountId')];
  return own !== undefined && acts !== undefined && /^\d{12}$/.test(own) && /^\d{12}$/.test(acts) && own !== acts;
}

/** What a responder should not overlook in one event; `firsts` are its bits of `firstSeen`. In the order in which they are read. */
export function marksOf(record: TrailRecord, firsts = 0): Mark[] {
  const outcome = outcomeOf(record);
  const service = isService(record);
  // The addresses of a service are names of services.
  const fresh = (bit: number) => !service && (firsts & bit) !== 0;
  const holds: Readonly<Record<Mark, boolean>> = {
    denied: outcome === 'denied',
    failed: outcome === 'failed',
    'dry-run': outcome === 'dry-run',
    'new-principal': fresh(NEW.principal),
    'new-address': fresh(NEW.address),
    'new-agent': fresh(NEW.agent),
    'new-region': fresh(NEW.region),
    console: inConsole(record),
    root: text(record, 'userIdentity.type') === 'Root',
    'no-mfa': withoutMfa(record),
    service,
    'cross-account': crossAccount(record),
  };
  return (Object.keys(MARKS) as Mark[]).filter((mark) => holds[mark]);
}
