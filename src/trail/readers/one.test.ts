import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { recordIn } from './one.ts';

const one = '{"eventVersion":"1.08","eventName":"A","eventTime":"2026-03-02T10:00:00Z","x":1.50,"readOnly":true}';
const two = '{"eventVersion":"1.08", "eventName":"B",\n "eventTime":"2026-03-02T10:00:00Z","big":12345678901234567890}';

it('gives a record byte for byte, whatever it lies in', () => {
  for (const text of [`{"Records":[${one},${two}]}`, `[${one}, ${two}]`, `${one}\n${two}`]) {
    for (const file of [Buffer.from(text), gzipSync(text)]) {
      expect(recordIn(file, 0)?.toString()).toBe(one);
      expect(recordIn(file, 1)?.toString()).toBe(two);
      expect(recordIn(file, 2)).toBeUndefined();
    }
  }
  expect(recordIn(Buffer.from('eventName,eventTime\nA,2026-03-02T10:00:00Z\n'), 0)).toBeUndefined();
});
