import { LabError } from './contract.ts';
import type { WireService } from './wire/service.ts';

type Refused = readonly [code: string, status: number, message: string];
/** By signing name, where the service's model does not say it. Sources: the services' "Common errors" and throttling pages. */
const BY_SERVICE: Readonly<Record<string, Refused>> = {
  ec2: ['RequestLimitExceeded', 503, 'Request limit exceeded.'],
  s3: ['SlowDown', 503, 'Please reduce your request rate.'],
  sns: ['Throttling', 400, 'Rate exceeded'],
};
/** As models name it, most usual first. */
const MODELLED = ['ThrottlingException', 'TooManyRequestsException', 'RequestThrottledException', 'ThrottledException'];

/** The error with which a service refuses a call for its rate. */
export function throttled(service: WireService): LabError {
  const known = BY_SERVICE[service.signingName];
  if (known) return new LabError(known[0], known[2], { status: known[1] });
  const modelled = MODELLED.find((name) => service.errors.has(name));
  if (modelled) return new LabError(modelled, 'Rate exceeded', { status: service.errors.get(modelled)?.status ?? 400 });
  // AWS's common errors: Throttling for query services, ThrottlingException for JSON ones.
  return new LabError(service.protocol === 'awsQuery' ? 'Throttling' : 'ThrottlingException', 'Rate exceeded', { status: 400 });
}
