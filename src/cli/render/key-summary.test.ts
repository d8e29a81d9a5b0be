import { describe, expect, it } from 'vitest';
import type { Identified } from '../../procedure/01-contain-key/identify-key.ts';
import { keySummary } from './key-summary.ts';
import { paint } from './paint.ts';

const KEY = 'AKIAQ2LEAKEDKEY23456';
const SECOND = 'AKIAQ2SECQNDKEY23456';
const why = { en: 'because', es: 'porque' };
const unknown = { en: 'not known because', es: 'no se sabe porque' };
const key: Identified = {
  accessKeyId: KEY,
  kind: 'long-term',
  account: '111122223333',
  accountFrom: 'sts:GetAccessKeyInfo',
  owner: { type: 'user', userName: 'deploy' },
  lastUsed: { at: '2026-11-22T11:00:00Z', region: 'us-east-1', service: 'ec2' },
  userName: 'deploy',
  otherKeys: [{ id: SECOND, status: 'Active', created: '2026-01-05T09:00:00.000Z' }],
  status: 'Active',
  denied: null,
  quarantine: ['AWSCompromisedKeyQuarantineV3'],
  rootKeys: null,
  issuer: null,
  usage: {
    from: '2026-08-24T12:00:00.000Z',
    calls: 3,
    services: ['s3', 'iam'],
    regions: ['eu-west-1'],
    last: '2026-11-21T09:00:00.000Z',
    addresses: [
      { what: '203.0.113.66', own: false, why: unknown, calls: 1, first: '2026-11-21T08:00:00.000Z', last: '2026-11-21T08:00:00.000Z' },
      { what: '198.51.100.1', own: true, why, calls: 2, first: '2026-10-01T08:00:00.000Z', last: '2026-11-21T09:00:00.000Z' },
    ],
    agents: [{ what: 'evil\x1b[2J/1.0', own: false, why: unknown, calls: 1, first: '2026-11-21T08:00:00.000Z', last: '2026-11-21T08:00:00.000Z' }],
    basis: { from: 'since', at: '2026-11-20T00:00:00.000Z', before: '2026-11-19T00:00:00.000Z' },
    unread: [],
    cut: ['eu-west-1'],
    evidence: [],
  },
  unread: ['cloudtrail:LookupEvents in sa-east-1: AccessDenied'],
  evidence: [],
};
const shown = (over: Partial<Identified> = {}, lang: 'en' | 'es' = 'en'): string =>
  keySummary({ ...key, ...over }, lang, paint(false))
    .join('\n')
    .replace(/\s+/g, ' ');

describe('what is known of a key, for people', () => {
  it('is whose it is, what for, from where, and what would stop working', () => {
    const all = shown();
    for (const part of [
      `${KEY}, active: the IAM user deploy, account 111122223333`,
      `its other key: ${SECOND} (Active, 2026-01-05`,
      'AWS itself attached AWSCompromisedKeyQuarantineV3',
      '3 calls (there are more than were read), the last 21 Nov 2026 09:00:00 UTC',
      'services: s3, iam',
      'regions: eu-west-1',
      '203.0.113.66 (1 call): not known because',
      '198.51.100.1 (2 calls): yours, as far as can be seen: because',
      'evil/1.0 (1 call): not known because',
      '"yours" rests on what CloudTrail shows before 2026-11-19',
      'last use on 22 Nov 2026 11:00:00 UTC: ec2, us-east-1',
      'What would stop working whatever calls s3, iam in eu-west-1 with it of that, yours as far as can be seen: 198.51.100.1',
      `everything is denied to it, and ${SECOND} is switched off too`,
      'LookupEvents in sa-east-1: AccessDenied',
    ])
      expect(all).toContain(part);
    expect(all).not.toContain('\x1b');
  });
  it('is said in Spanish too', () => {
    const all = shown({}, 'es');
    expect(all).toContain('usuario de IAM deploy, cuenta 111122223333');
    expect(all).toContain('3 llamadas');
    expect(all).toContain('203.0.113.66 (1 llamada): no se sabe porque');
    expect(all).toContain('Qué dejaría de funcionar');
    expect(all).not.toMatch(/\b(whatever|yours|unknown|calls)\b/);
  });
  it('never passes for nothing what is not known', () => {
    expect(shown({ usage: null })).toMatch(/CloudTrail did not say in time.*not known: what it is used for could not be read/);
    const idle = { ...key.usage!, calls: 0, services: [], regions: [], last: null, addresses: [], agents: [], cut: [] };
    expect(shown({ usage: idle })).toMatch(/no use of it in the last 90 days.*nothing that was seen in 90 days/);
    const blind = { ...idle, unread: [{ region: 'us-east-1', why: 'AccessDenied' }] };
    expect(shown({ usage: blind })).toContain('not known: what it is used for could not be read');
    expect(shown({ usage: blind })).not.toContain('in the last 90 days');
  });
  it('of a session names its role; of root, of a deleted key and of a stranger’s what they are', () => {
    const none = { userName: null, otherKeys: [], status: null, quarantine: [] } as const;
    const role = {
      type: 'role',
      name: 'Admin',
      arn: 'arn:aws:iam::111122223333:role/Admin',
      account: '111122223333',
      via: 'AssumeRole',
      issuedBy: KEY,
      issued: null,
    } as const;
    expect(shown({ ...none, owner: { type: 'session' }, issuer: role })).toMatch(
      /a session of the role Admin.*by AssumeRole, asked for with AKIAQ2LEAKEDKEY23456.*every session of the role Admin/,
    );
    expect(shown({ ...none, owner: { type: 'session' } })).toContain('of whom is not known');
    expect(shown({ ...none, owner: { type: 'root' }, rootKeys: 2 })).toContain('the root of account 111122223333; keys that root has: 2');
    expect(shown({ ...none, owner: { type: 'gone' }, accountFrom: 'derived' })).toMatch(/it was deleted; account 111122223333, derived from the id/);
  });
});
