import { expect, it } from 'vitest';
import { bench } from '../testing.ts';

const code = (name: string) => expect.objectContaining({ code: name });

it('sends in the sandbox only as and to what is verified, and counts it', async () => {
  const { call, pass } = bench();
  await call('ses:CreateEmailIdentity', { EmailIdentity: 'shop.example' });
  await expect(call('ses:CreateEmailIdentity', { EmailIdentity: 'shop.example' })).rejects.toEqual(code('AlreadyExistsException'));
  const send = (to: string) => call('ses:SendEmail', { FromEmailAddress: 'Shop <news@shop.example>', Destination: { ToAddresses: [to] }, Content: {} });
  await expect(send('team@shop.example')).rejects.toEqual(code('MessageRejected'));
  pass(301);
  await send('team@shop.example');
  await expect(send('victim@elsewhere.example')).rejects.toEqual(code('MessageRejected'));
  expect(await call('ses:GetAccount')).toMatchObject({ ProductionAccessEnabled: false, SendQuota: { Max24HourSend: 200, SentLast24Hours: 1 } });
  await call('ses:PutAccountSendingAttributes', { SendingEnabled: false });
  await expect(send('team@shop.example')).rejects.toEqual(code('SendingPausedException'));
  pass(86_401);
  expect((await call('ses:GetAccount')).SendQuota.SentLast24Hours).toBe(0);
});
it('takes one request for production access at a time', async () => {
  const { call } = bench();
  const ask = () => call('ses:PutAccountDetails', { MailType: 'MARKETING', WebsiteURL: 'https://x.example', ProductionAccessEnabled: true });
  await ask();
  await expect(ask()).rejects.toEqual(code('ConflictException'));
  expect((await call('ses:GetAccount')).Details).toMatchObject({ WebsiteURL: 'https://x.example', ReviewDetails: { Status: 'PENDING' } });
});
