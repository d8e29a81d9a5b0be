import { describe, expect, it } from 'vitest';
import type { Found, Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { type Act, indexActs } from './acts.ts';
import { parseEvent } from './event.ts';
import { join } from './join.ts';
import { unseen } from './unseen.ts';

const OURS = '111122223333';
const KEY = 'AKIAQ2LEAKEDKEY23456';
const hunter: Hunter = {
  type: 'AWS::Lambda::Function',
  scope: 'regional',
  title: text('x', 'x'),
  permissions: [],
  createdByEvents: ['CreateFunction'],
  changedByEvents: ['UpdateFunctionCode'],
  names: ['functionName', 'functionArn'],
  async *scan() {},
};
const hunters = new Map([[hunter.type, hunter]]);
const arn = (name: string) => `arn:aws:lambda:eu-west-1:${OURS}:function:${name}`;
const found = (name: string, createdAt: string | null, rest: Partial<Found> = {}): Found => ({
  type: hunter.type,
  arn: arn(name),
  id: name,
  region: 'eu-west-1',
  account: OURS,
  createdAt,
  alive: true,
  ...rest,
});
let n = 0;
function act(time: string, eventName: string, name: string, credential: string | null, rest: object = {}): Act {
  const event = parseEvent(
    JSON.stringify({
      eventID: `e${n++}`,
      eventTime: `2026-11-22T${time}:00Z`,
      eventName,
      eventSource: 'lambda.amazonaws.com',
      awsRegion: 'eu-west-1',
      recipientAccountId: OURS,
      readOnly: false,
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${OURS}:user/${credential ? 'deploy' : 'ana'}`, accessKeyId: credential ?? 'AKIAQ2ANASQWN234567A' },
      requestParameters: { functionName: name },
      responseElements: { functionName: name, functionArn: arn(name) },
      ...rest,
    }),
  )!;
  return { event, credential };
}
const at = (time: string) => `2026-11-22T${time}:00.000Z`;

describe('who made a thing', () => {
  it('is told by the event that made it, whatever version its name carries', () => {
    const index = indexActs([act('10:00', 'CreateFunction20150331', 'sync', KEY)]);
    expect(join(found('sync', at('10:00')), hunters, index)).toMatchObject({ how: 'created', contested: false, found: { byKey: true, session: KEY } });
    expect(join(found('other', at('10:00')), hunters, index)).toMatchObject({ how: null, found: { byKey: false } });
    expect(join(found('sync', at('10:00'), { account: '999988887777' }), hunters, index).how).toBeNull();
    expect(join(found('sync', at('10:00'), { region: 'us-east-1' }), hunters, index).how).toBeNull();
  });
  it('a name given again belongs to the latest making before the thing was there', () => {
    const mine = act('10:00', 'CreateFunction20150331', 'sync', KEY);
    const hers = act('11:00', 'CreateFunction20150331', 'sync', null);
    // Alone, the key's making is the only explanation, but it is contested: the thing is an hour younger.
    expect(join(found('sync', at('11:00')), hunters, indexActs([mine]))).toMatchObject({ how: 'created', contested: true });
    expect(join(found('sync', at('11:00')), hunters, indexActs([mine, hers])).found).toMatchObject({
      byKey: false,
      createdBy: `arn:aws:iam::${OURS}:user/ana`,
    });
    // A colleague before, the key after.
    const later = act('12:00', 'CreateFunction20150331', 'sync', KEY);
    expect(join(found('sync', at('12:00')), hunters, indexActs([hers, later])).found).toMatchObject({ byKey: true });
  });
  it('making what is there already changes it', () => {
    const index = indexActs([act('10:00', 'CreateFunction20150331', 'sync', KEY)]);
    expect(join(found('sync', '2024-01-01T00:00:00.000Z'), hunters, index)).toMatchObject({
      how: 'changed',
      found: { byKey: false, detail: { changedByKey: true, changedAt: at('10:00') } },
    });
  });
  it('what was done to an earlier thing of that name was not done to this one; what is refused was not done', () => {
    const before = act('09:00', 'UpdateFunctionCode20150331v2', 'sync', KEY);
    const hers = act('10:00', 'CreateFunction20150331', 'sync', null);
    expect(join(found('sync', at('10:00')), hunters, indexActs([before, hers])).found.detail).toBeUndefined();
    const after = act('10:30', 'UpdateFunctionCode20150331v2', 'sync', KEY);
    expect(join(found('sync', at('10:00')), hunters, indexActs([hers, after])).found).toMatchObject({ byKey: false, detail: { changedByKey: true } });
    const refused = act('10:30', 'UpdateFunctionCode20150331v2', 'sync', KEY, { errorCode: 'AccessDenied' });
    expect(join(found('sync', null), hunters, indexActs([refused])).how).toBeNull();
  });
});

describe('what only CloudTrail knows of', () => {
  const acts = [act('10:00', 'CreateFunction20150331', 'sync', KEY), act('10:00', 'CreateFunction20150331', 'hers', null)];
  it('is gone where one could look, and not visible where not', () => {
    const [gone] = unseen(acts, [hunter], [], () => true, OURS);
    expect(gone).toMatchObject({ arn: arn('sync'), alive: false, detail: { state: 'gone' }, byKey: true, session: KEY });
    const [hidden] = unseen(acts, [hunter], [], () => false, OURS);
    expect(hidden).toMatchObject({ alive: true, detail: { state: 'not visible' } });
  });
  it('is not told twice', () => {
    expect(unseen(acts, [hunter], [found('sync', at('10:00'))], () => true, OURS)).toEqual([]);
  });
});
