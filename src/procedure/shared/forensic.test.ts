import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { forensicOf } from './forensic.ts';

const ACCOUNT = '444455556666';
const SSO = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Forensics_0123456789abcdef`;
const context = (options: JsonObject, arn: string, role: Canned = failure('AccessDenied', 403)) =>
  fakeContext({
    target: { instanceId: 'i-0123456789abcdef0', region: 'eu-west-1', account: '111122223333' },
    options,
    answers: { 'sts:GetCallerIdentity': { Account: ACCOUNT, Arn: arn }, 'iam:GetRole': role },
  });
const session = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Forensics_0123456789abcdef/ann`;

describe('forensicOf', () => {
  it('names the role that was given, with its path', async () => {
    const as = `arn:aws:iam::${ACCOUNT}:role/ir/Forensics`;
    expect(await forensicOf(context({ forensic: as, forensicRegion: 'eu-central-1' }, session))).toEqual({
      as,
      account: ACCOUNT,
      region: 'eu-central-1',
      principal: as,
    });
  });
  it('asks IAM for the role behind a profile’s session, under that profile', async () => {
    const ctx = context({ forensic: 'profile:forensics' }, session, { Role: { Arn: SSO } });
    expect(await forensicOf(ctx)).toMatchObject({ account: ACCOUNT, region: 'eu-west-1', principal: SSO });
    expect(ctx.calls.map((call) => call.as)).toEqual(['profile:forensics', 'profile:forensics']);
  });
  it('does without the path where IAM does not say', async () =>
    expect((await forensicOf(context({ forensic: 'profile:forensics' }, session))).principal).toBe(
      `arn:aws:iam::${ACCOUNT}:role/AWSReservedSSO_Forensics_0123456789abcdef`,
    ));
  it('takes a user as it is, and the own credentials without an option', async () => {
    const user = `arn:aws:iam::${ACCOUNT}:user/ann`;
    expect(await forensicOf(context({}, user))).toEqual({ account: ACCOUNT, region: 'eu-west-1', principal: user });
  });
  it.each(['eu', 'EU-WEST-1', 'eu-west-1.evil.example', '../x-1'])('refuses %s as a Region', async (forensicRegion) =>
    expect(forensicOf(context({ forensicRegion }, session))).rejects.toMatchObject({ code: 'InvalidRegion', exit: 2 }),
  );
});
