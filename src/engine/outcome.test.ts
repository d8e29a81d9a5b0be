import { describe, expect, it } from 'vitest';
import { awsFailure } from '../../test/engine/account.ts';
import { codeOf, type Outcome, outcomeOf, saysAbsent, statusOf } from './outcome.ts';

describe('what an answer to a mutation means', () => {
  it.each<[string, number | undefined, Outcome]>([
    // The code counts before the status: these say that nothing happened.
    ['RequestLimitExceeded', 503, 'no-effect'],
    ['Throttling', 400, 'no-effect'],
    ['ThrottlingException', 400, 'no-effect'],
    ['TooManyRequestsException', 429, 'no-effect'],
    ['SlowDown', 503, 'no-effect'],
    ['RequestExpired', 400, 'no-effect'],
    ['RequestTimeTooSkewed', 403, 'no-effect'],
    ['ConcurrentModification', 409, 'no-effect'],
    ['EntityTemporarilyUnmodifiable', 409, 'no-effect'],
    ['SnapshotCreationPerVolumeRateExceeded', 400, 'no-effect'],
    // Refused: AWS looked at it and did not do it.
    ['AccessDenied', 403, 'refused'],
    ['UnauthorizedOperation', 403, 'refused'],
    ['InvalidGroup.Duplicate', 400, 'refused'],
    ['NoSuchEntity', 404, 'refused'],
    ['LimitExceeded', 409, 'refused'],
    // Perhaps it did.
    ['InternalError', 500, 'unknown'],
    ['ServiceUnavailable', 503, 'unknown'],
    ['Unavailable', 503, 'unknown'],
    ['ECONNRESET', undefined, 'unknown'],
    ['TimeoutError', undefined, 'unknown'],
  ])('%s (%s) is %s', (code, status, outcome) => {
    expect(outcomeOf(awsFailure(code, status))).toBe(outcome);
  });

  it('reads code and status from anything that was thrown', () => {
    expect([codeOf(new TypeError('x')), codeOf(null), codeOf(awsFailure('A', 400))]).toEqual(['TypeError', 'Unknown', 'A']);
    expect([statusOf(awsFailure('A', 400)), statusOf(awsFailure('A')), statusOf(null), statusOf({ status: '400' })]).toEqual([
      400,
      undefined,
      undefined,
      undefined,
    ]);
    expect(outcomeOf(new Error('no idea'))).toBe('unknown');
  });

  it('knows "there is no such thing" in every spelling', () => {
    for (const code of ['InvalidGroup.NotFound', 'NoSuchEntity', 'ResourceNotFoundException', 'DBSnapshotDoesNotExist', 'InvalidSnapshot.NotFound'])
      expect(saysAbsent(code), code).toBe(true);
    for (const code of ['AccessDenied', 'InvalidParameterValue', 'DependencyViolation']) expect(saysAbsent(code), code).toBe(false);
  });
});
