import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { readCase } from '../../src/evidence/index.ts';
import { place, responderOf, startLab } from './stand.ts';

/** `contain-key --who`: all that can be known of a key before anybody decides, and nothing done. */
const at = place('who');
/** A letter's time is read to the second. */
const wholeSecond = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}.000Z`;
let lab: LabProcess;
let env: Record<string, string>;
beforeAll(async () => {
  lab = await startLab();
  env = { ...responderOf(lab), APLOMB_CASE: at.path('case') };
  const mail = at.path('mail.txt');
  writeFileSync(mail, `Your access key ${lab.briefing.alarm.accessKeyId} is public since about ${lab.briefing.alarm.since}.\n`);
  const opened = await at.run(['open', '--title', 'key on GitHub', '--from', mail, '--json'], { env });
  expect(opened.code, opened.stderr).toBe(0);
});
afterAll(async () => {
  await lab.close();
  at.clean();
});

it('tells whose the key is, what it is used for and from where, in data and in words, and changes nothing', async () => {
  const ran = await at.run(['contain-key', '--who', '--json'], { env });
  expect(ran.code, ran.stderr).toBe(0);
  const { who, plan, changes } = ran.result();
  expect({ plan, changes }).toEqual({ plan: null, changes: [] });
  expect(who).toMatchObject({
    accessKeyId: lab.briefing.alarm.accessKeyId,
    account: lab.briefing.account,
    userName: expect.any(String),
    status: 'Active',
    usage: { services: expect.arrayContaining(['iam']), basis: { from: 'first-seen', at: wholeSecond(lab.briefing.alarm.since) } },
    unread: [],
  });
  expect(who.usage.calls).toBeGreaterThan(0);
  // Whoever came after the leak is a stranger, whatever he made meanwhile uses the same address.
  const truth = await lab.control('GET', 'save');
  const used = new Set(who.usage.addresses.filter((one: any) => one.first >= who.usage.basis.at).map((one: any) => one.what));
  expect(used.size).toBeGreaterThan(0);
  for (const one of who.usage.addresses) if (used.has(one.what)) expect(one, JSON.stringify(one)).toMatchObject({ own: false });
  expect(Object.values<any>(truth.accounts[lab.briefing.account].tables.accessKeys).find((row) => row.id === who.accessKeyId)).toMatchObject({
    status: 'Active',
  });

  const words = await at.run(['contain-key', '--who'], { env });
  expect(words.code, words.stderr).toBe(0);
  for (const part of [
    'Whose it is',
    who.userName,
    'What it is used for',
    'From where',
    'With which programs',
    'What would stop working',
    [...used][0] as string,
  ])
    expect(words.stdout).toContain(part);
  expect(words.stdout.replace(/\s+/g, ' ')).toContain('a day before');
  const kinds = readCase(at.path('case')).entries.map((entry) => entry.kind);
  expect(kinds).not.toContain('intent');
});
