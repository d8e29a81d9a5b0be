import { describe, expect, it } from 'vitest';
import { type Claim, type MadeResource, score } from './scoring.ts';

const made = (type: string, id: string, region: string, names?: string[]): MadeResource => ({
  type,
  id,
  arn: `arn:aws:x:${region}:111122223333:thing/${id}`,
  region,
  createdAt: '2026-01-01T00:00:00.000Z',
  by: 'AKIALEAKED',
  ...(names ? { names } : {}),
});
const claim = (type: string, id: string, region: string, byKey = true): Claim => ({ type, id, region, byKey });
const truth = {
  resources: [
    made('AWS::EC2::Instance', 'i-1', 'eu-north-1'),
    made('AWS::EC2::KeyPair', 'key-1', 'eu-north-1', ['same']),
    made('AWS::EC2::KeyPair', 'key-2', 'sa-east-1', ['same']),
    made('AWS::IAM::User', 'backdoor', 'us-east-1'),
  ],
};

describe('score', () => {
  it('counts what was attributed to the key, by id, ARN or name, in the right region', () => {
    const hunt = {
      found: [
        claim('AWS::EC2::Instance', 'i-1', 'eu-north-1'),
        claim('AWS::EC2::KeyPair', 'same', 'sa-east-1'),
        { ...claim('AWS::IAM::User', 'AIDAX', 'aws-global'), arn: truth.resources[3]!.arn },
      ],
    };
    expect(score(truth, hunt, true, { alarm: 1_000, contained: 31_400 })).toEqual({
      found: 3,
      missed: ['AWS::EC2::KeyPair key-1 (eu-north-1)'],
      falseAlarms: [],
      changedFound: 0,
      changedMissed: [],
      contained: true,
      secondsToContain: 30,
    });
  });
  it('does not count what the hunt saw but laid at no door', () => {
    expect(score(truth, { found: [claim('AWS::EC2::Instance', 'i-1', 'eu-north-1', false)] }, false, { alarm: 0 })).toMatchObject({
      found: 0,
      falseAlarms: [],
      secondsToContain: null,
    });
  });
  it('names innocent things once, and the right id in the wrong region', () => {
    const hunt = {
      found: [claim('AWS::EC2::Instance', 'i-1', 'us-east-1'), claim('AWS::IAM::Role', 'ci', 'us-east-1'), claim('AWS::IAM::Role', 'ci', 'us-east-1')],
    };
    expect(score(truth, hunt, false, { alarm: 0 }).falseAlarms).toEqual(['AWS::EC2::Instance i-1 (us-east-1)', 'AWS::IAM::Role ci (global)']);
  });
  it('lets a hunt name what the attacker changed, without counting it', () => {
    const changed = [{ type: 'AWS::EC2::SecurityGroup', id: 'sg-1', arn: '', region: 'eu-west-1', how: 'opened' }];
    const hunt = { found: [claim('AWS::EC2::SecurityGroup', 'sg-1', 'eu-west-1'), claim('AWS::EC2::SecurityGroup', 'sg-2', 'eu-west-1')] };
    expect(score({ ...truth, changed }, hunt, false, { alarm: 0 })).toMatchObject({ found: 0, falseAlarms: ['AWS::EC2::SecurityGroup sg-2 (eu-west-1)'] });
  });
  it('counts what was changed and named so, once however often it was changed, and names what was overlooked', () => {
    const group = { type: 'AWS::EC2::SecurityGroup', arn: '', region: 'eu-west-1', how: 'opened' };
    const changed = [
      { ...group, id: 'sg-1' },
      { ...group, id: 'sg-1', how: 'opened again' },
      { ...group, id: 'sg-2' },
      // What he made himself is not the company's.
      { type: 'AWS::IAM::User', id: 'backdoor', arn: '', region: 'us-east-1', how: 'a policy attached' },
    ];
    const said = { ...claim('AWS::EC2::SecurityGroup', 'sg-1', 'eu-west-1', false), detail: { changedByKey: true } };
    const innocent = { ...claim('AWS::IAM::Role', 'theirs', 'us-east-1', false), detail: { changedByKey: true } };
    expect(score({ ...truth, changed }, { found: [said, innocent] }, false, { alarm: 0 })).toMatchObject({
      changedFound: 1,
      changedMissed: ['AWS::EC2::SecurityGroup sg-2 (eu-west-1)'],
      falseAlarms: ['AWS::IAM::Role theirs (global)'],
    });
  });
  it('neither asks for what came along with a made thing, nor blames whoever names it', () => {
    const attendant = [{ type: 'AWS::EC2::Volume', id: 'vol-1', arn: '', region: 'eu-north-1' }];
    expect(score({ resources: [], attendant }, { found: [] }, false, { alarm: 0 })).toMatchObject({ found: 0, missed: [], falseAlarms: [] });
    expect(score({ resources: [], attendant }, { found: [claim('AWS::EC2::Volume', 'vol-1', 'eu-north-1')] }, false, { alarm: 0 }).falseAlarms).toEqual([]);
  });
  it('gives no time to contain for an incident that is not contained', () => {
    expect(score(truth, { found: [] }, false, { alarm: 0, contained: 5_000 }).secondsToContain).toBeNull();
  });
});
