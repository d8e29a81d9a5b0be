import { describe, expect, it } from 'vitest';
import type { Session } from '../engine/index.ts';
import type { AplombEvent } from '../kernel/index.ts';
import { usableAccounts } from './target.ts';

const WORKS = 'arn:aws:iam::444455556666:role/IR';
const BROKEN = 'arn:aws:iam::777788889999:role/Gone';
const refused = Object.assign(new Error('not authorized to perform sts:AssumeRole'), { code: 'AccessDenied', status: 403, requestId: 'r' });

function session() {
  const events: AplombEvent[] = [];
  const asked: string[] = [];
  const identity = async (as: string) => {
    asked.push(as);
    if (as === BROKEN) throw refused;
    return { arn: as, account: as.split(':')[4]! };
  };
  return { events, asked, session: { aws: { identity }, clock: { now: () => 0 }, emit: (one: AplombEvent) => void events.push(one) } as unknown as Session };
}

describe('credentials for other accounts', () => {
  it('are tried before anything else is done; those that work are used', async () => {
    const at = session();
    expect(await usableAccounts(at.session, { account: [WORKS] }, [WORKS])).toEqual([WORKS]);
    expect(await usableAccounts(at.session, {}, [])).toEqual([]);
    expect(at.asked).toEqual([WORKS]);
  });
  it('that are given and do not work end the command; what is none of the known forms is not even asked', async () => {
    const at = session();
    await expect(usableAccounts(at.session, { account: [WORKS, BROKEN] }, [BROKEN])).rejects.toMatchObject({
      code: 'AccountUnreachable',
      exit: 2,
      message: expect.stringContaining('Gone'),
      fix: expect.stringContaining('Nothing was changed'),
    });
    await expect(usableAccounts(at.session, { account: ['production'] }, ['production'])).rejects.toMatchObject({ code: 'UnknownCredentials', exit: 2 });
    expect(at.asked).toEqual([WORKS, BROKEN]);
  });
  it('that the case remembers and that work no more are left out, loudly', async () => {
    const at = session();
    expect(await usableAccounts(at.session, { account: [BROKEN, WORKS] }, [])).toEqual([WORKS]);
    expect(at.events).toMatchObject([{ level: 'warn', text: { en: expect.stringContaining('left out') } }]);
  });
});
