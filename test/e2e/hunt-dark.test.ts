import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { CALM, place, responderOf, startLab } from './stand.ts';

/** A region that never answers. Silence takes its time, so this hunt runs beside all others. */
const at = place('hunt-dark');
let lab: LabProcess;
beforeAll(async () => {
  lab = await startLab({ ...CALM, seed: 'dark' });
  await lab.control('POST', 'settings', { ...CALM.settings, faults: [{ kind: 'timeout', region: 'ap-south-1' }] });
});
afterAll(async () => {
  await lab?.close();
  at.clean();
});

it('names the region that stays silent, ends with 3, and has inspected the others', async () => {
  const env = { ...responderOf(lab), APLOMB_LOOPBACK_ONLY: '1' };
  const dir = at.path('dark');
  await at.run(['open', '--case', dir, '--title', 'Dark', '--from', lab.briefing.alarm.accessKeyId], { env });
  // The dark one first: what is to be looked at says nothing of where the responder is at home.
  const only = ['--region', 'ap-south-1', '--region', 'eu-west-1', '--type', 'AWS::EC2::KeyPair', '--type', 'AWS::EC2::Volume'];
  const ran = await at.run(['hunt', '--case', dir, ...only, '--json'], { env });
  expect(ran.code).toBe(3);
  const rows = Object.fromEntries(ran.result().regions.map((row: any) => [row.region, row]));
  expect(rows['ap-south-1']).toMatchObject({ status: 'failed', why: expect.stringContaining('TimeoutError') });
  expect(rows['eu-west-1'].status).toBe('inspected');
}, 300_000);
