import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { storeOf } from '../testing/store.ts';
import { type Entry, lineOf, type Selection, timelineOf } from './index.ts';

const FOLDER = join(process.env.APLOMB_SHARED_DATA ?? resolve('../shared/data'), 'cloudtrail-attack/CloudTrail');
const there = existsSync(FOLDER);
if (!there) process.stderr.write(`NOT TESTED: the timeline of a real attack: ${FOLDER} is absent\n`);

describe.skipIf(!there)('the timeline of a real attack', () => {
  const records = there
    ? readdirSync(FOLDER).flatMap((file) => (JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { Records: TrailRecord[] }).Records)
    : [];
  const told = async (selection: Selection) => {
    const store = await storeOf(records);
    try {
      const entries: Entry[] = [];
      for await (const entry of timelineOf(store, selection)) entries.push(entry);
      return { entries, lines: entries.map((entry) => lineOf(entry)) };
    } finally {
      store.close();
    }
  };
  it('has every event once, in order, each line bounded and of one line', async () => {
    const { entries, lines } = await told({});
    expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(2_900);
    expect(lines.length).toBeLessThan(1_000);
    expect(entries.every(({ time }, at) => at === 0 || time! >= entries[at - 1]!.time!)).toBe(true);
    for (const line of lines) expect(line).toMatch(/^2023-07-10 1[12]:\d\d:\d\dZ {2}[^\n\r\x1b]{10,1000}$/);
  });
  it('shows the stolen instance key used from an address that its role never had, and the key the instance used without that', async () => {
    const stolen = (await told({ key: 'ASIATFQR7NSC36DZQP7P' })).lines;
    expect(stolen[0]).toMatch(
      /sts AssumeRole role\/stratus-red-team-ec2-steal-credentials-role as i-0dbc91f429e48eeed -> ASIATFQR7NSC36DZQP7P {2}by ec2\.amazonaws\.com/,
    );
    expect(
      stolen.some((line) =>
        /GetCallerIdentity {2}by role\/stratus-red-team-ec2-steal-credentials-role \(session i-0dbc91f429e48eeed\) from 192\.168\.10\.20 .*\[new address\]/.test(
          line,
        ),
      ),
    ).toBe(true);
    expect((await told({ key: 'ASIATFQR7NSCSHSEVYP5' })).lines.join('\n')).not.toContain('[new address]');
  });
  it('tells what was shared, opened, granted and made', async () => {
    const { lines } = await told({ principal: 'bert-jan' });
    for (const part of [
      'ec2 AuthorizeSecurityGroupIngress on sg-04cfb7a4712d75b00 for "tcp 22 0.0.0.0/0"',
      'ec2 ModifySnapshotAttribute snap-083d3b857c13988bc shared with 012345678912',
      'iam AttachUserPolicy policy/AdministratorAccess to malicious-iam-user',
      'iam CreateAccessKey for malicious-iam-user -> AKIATFQR7NSCQLA2F4OD',
      'cloudtrail PutEventSelectors of stratus-red-team-ctes-trail-qyxyekjbtk to ReadOnly',
      'lambda AddPermission on stratus-red-team-backdoor-f-func allows lambda:InvokeFunction to *',
    ])
      expect(
        lines.some((line) => line.includes(part)),
        part,
      ).toBe(true);
  });
});
