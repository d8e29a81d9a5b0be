import { expect, test } from 'vitest';
import type { Found } from '../../kernel/index.ts';
import type { Credential, HuntResult } from '../../procedure/shared/hunt-result.ts';
import { huntLine } from './hunt-line.ts';
import { huntSummary } from './hunt-summary.ts';
import { money } from './money.ts';
import { paint } from './paint.ts';

const found = (type: string, region: string, rest: Partial<Found> = {}): Found => ({
  type,
  arn: `arn:aws:x:${region}:1:${type}`,
  id: 'x',
  region,
  account: '1',
  createdAt: null,
  alive: true,
  ...rest,
});
const leaked: Credential = {
  credential: 'AKIAQ2LEAKEDKEY23456',
  kind: 'key',
  issuedBy: null,
  via: 'leaked',
  tie: 'named',
  account: '1',
  issued: null,
  first: '2026-11-22T09:00:00.000Z',
  last: '2026-11-22T10:00:00.000Z',
  regions: ['eu-west-1'],
  addresses: ['198.51.100.66\u001b[2J'],
  agents: [],
  calls: 1200,
  called: [],
  denied: 2,
  refused: ['StopLogging'],
  probed: 1,
  probes: [],
  made: [],
  changed: [],
};
const hunt = (rest: Partial<HuntResult>): HuntResult => ({
  accessKeyId: leaked.credential,
  principal: null,
  account: '1',
  accounts: ['1'],
  since: 'x',
  trailSince: 'x',
  until: 'x',
  regions: [],
  found: [],
  tree: [leaked],
  origin: [],
  leads: [],
  holders: [],
  costs: { perHour: '0.0000', soFar: '0.00', regions: [], priced: 0, unpriced: 0 },
  closed: true,
  unread: [],
  evidence: [],
  ...rest,
});
const summary = (rest: Partial<HuntResult>, lang: 'en' | 'es' = 'en') => huntSummary(hunt(rest), lang, paint(false)).join('\n');

test('says what was done, made, still lives, costs, and what could not be seen', () => {
  const text = summary({
    found: [
      found('AWS::EC2::Instance', 'eu-west-1', { byKey: true, cost: { perHour: '1.0060', soFar: '2.01', source: 'AWS list price' } }),
      found('AWS::EC2::Instance', 'eu-west-1', { byKey: true, alive: false, detail: { state: 'gone' } }),
      found('AWS::IAM::User', 'us-east-1', { byKey: true }),
      found('AWS::S3::Bucket', 'us-east-1', { byKey: false, detail: { changedByKey: true } }),
      found('AWS::EC2::Volume', 'us-east-1', { byKey: false, suspicion: 'medium' }),
      found('AWS::EC2::Volume', 'us-east-1', { byKey: false, suspicion: 'low' }),
    ],
    costs: { perHour: '1.0060', soFar: '2.01', regions: [], priced: 1, unpriced: 2 },
    holders: [{ role: 'r', type: 't', arn: 'arn:aws:lambda:x:1:function:f', region: 'x', byKey: false }],
    regions: [
      { region: 'ap-south-1', status: 'denied', found: 0, byKey: 0, why: 'AccessDenied' },
      { region: 'af-south-1', status: 'not-enabled', found: 0, byKey: 0 },
    ],
  });
  expect(text).toContain('1,200 calls with 1 credential (');
  expect(text).toContain('2 refused for lack of permission: StopLogging');
  expect(text).toContain('What it made: 3; still there: 2');
  expect(text).toContain('eu-west-1: 2 × EC2::Instance (1 gone)');
  expect(text).toContain('What it changed: 1');
  expect(text).toContain('Other things that deserve a look: 1');
  expect(text).toContain('about USD 1.01 an hour now; about USD 2.01 so far');
  expect(text).toContain('without 2 things of which no price is known');
  expect(text).toContain('function:f');
  expect(text).toContain('ap-south-1: AccessDenied');
  expect(text).toContain('not enabled: 1 region;');
  expect(text).not.toContain('\u001b');
});
test('speaks Spanish, and says nothing of what is not there', () => {
  const text = summary({}, 'es');
  expect(text).toContain('Lo que creó: 0');
  expect(text).not.toMatch(/USD|roles|modificó|No se pudo/);
});

test('a narrowed hunt says first that it looked at a part only', () => {
  expect(
    summary({ narrowed: { regions: ['eu-west-1\u001b[2J'], types: ['AWS::IAM::User'] } })
      .split('\n')
      .slice(1, 4)
      .map((line) => line.trim()),
  ).toEqual(['Only a part was looked at: the rest is not known to be clean', 'regions: eu-west-1', 'types: AWS::IAM::User']);
  expect(summary({})).not.toContain('Only a part');
});
test('the same in one line', () => {
  const things = [
    found('AWS::EC2::Instance', 'eu-west-1', { byKey: true }),
    found('AWS::EC2::Instance', 'us-east-1', { byKey: true, alive: false }),
    found('AWS::S3::Bucket', 'us-east-1', { byKey: false, detail: { changedByKey: true } }),
    found('AWS::EC2::Volume', 'us-west-2', { byKey: false, suspicion: 'medium' }),
  ];
  const costs = { perHour: '1060.4962', soFar: '2.01', regions: [], priced: 1, unpriced: 0 };
  expect(huntLine(hunt({ found: things, costs }), 'en')).toBe('3 things made or changed in 2 regions, 2 still there, about $1,060.50 an hour');
  expect(huntLine(hunt({ found: things, costs }), 'es')).toContain('unos 1.060,50 USD por hora');
  expect(huntLine(hunt({ found: things.slice(0, 1) }), 'en')).toBe('1 thing made or changed in 1 region, 1 still there');
  expect(huntLine(hunt({}), 'en')).toBe('nothing made or changed that was found');
});
test.each([
  ['60.4962', '60.50', '60,50'],
  ['0.0000', '0.00', '0,00'],
  ['0.0042', 'less than 0.01', 'menos de 0,01'],
  ['1234567.891', '1,234,567.89', '1.234.567,89'],
])('%s dollars for people', (amount, en, es) => {
  expect([money(amount, 'en'), money(amount, 'es')]).toEqual([en, es]);
});
