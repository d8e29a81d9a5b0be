import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readRecord } from '../event.ts';
import { ingest } from '../ingest/ingest.ts';
import { openStore } from '../store/open.ts';
import { exported, WRITERS } from './index.ts';
import { CUT, shallow } from './shallow.ts';

/** Deeper than `JSON.stringify` gets; what is deeper yet is no longer stored. */
const DEEP = 20_000;
const nested = (depth: number, inner = '1'): string => `${'{"a":['.repeat(depth / 2)}${inner}${']}'.repeat(depth / 2)}`;

describe('shallow', () => {
  it('leaves a record that is not too deep as it is', () => {
    const record = readRecord(`{"requestParameters":${nested(198)}}`);
    expect(shallow(record)).toBe(record);
  });
  it('cuts what is deeper and nothing beside it, hostile names too', () => {
    const record = readRecord(`{"__proto__":{"x":1},"eventName":"Put","requestParameters":${nested(100_000)},"list":[1,null,"x"]}`);
    const cut = shallow(record);
    const { requestParameters, ...rest } = cut;
    expect(JSON.stringify(rest)).toBe('{"__proto__":{"x":1},"eventName":"Put","list":[1,null,"x"]}');
    expect(JSON.stringify(requestParameters)).toBe(nested(198, `{"a":"${CUT}"}`));
  });
});

describe('records nested deeper than any stack', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  it.each(Object.keys(WRITERS) as (keyof typeof WRITERS)[])('are written as %s, and the cut is told', async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'aplomb-deep-'));
    folders.push(folder);
    const path = join(folder, 'made.json');
    const record = (index: number, more: string) =>
      `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111111111111:user/x"},"eventTime":"2026-03-01T00:00:0${index}Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"x",${more},"requestID":"r","eventID":"e${index}","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111111111111","eventCategory":"Management"}`;
    const records = [
      `"requestParameters":${nested(DEEP)},"responseElements":null`,
      `"requestParameters":{"n":NaN,"big":12345678901234567890},"responseElements":${nested(DEEP)}`,
      `"requestParameters":null,"responseElements":null,"additionalEventData":${nested(DEEP)}`,
    ];
    writeFileSync(path, `{"Records":[${records.map((more, index) => record(index, more)).join(',')}]}`);
    const { problems } = await ingest(join(folder, 'store'), [{ path, file: 'made.json' }]);
    expect(problems).toEqual([]);
    const store = await openStore(join(folder, 'store'));
    let text = '';
    for await (const chunk of WRITERS[kind].write(exported(store))) text += chunk;
    store.close();
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(kind === 'csv' ? 4 : 3);
    if (kind === 'csv' || kind === 'ocsf') {
      // CSV shows requests and answers only.
      expect(lines.filter((line) => line.includes(CUT))).toHaveLength(kind === 'csv' ? 2 : 3);
      expect(text).toMatch(/12345678901234567890/);
      expect(text).toMatch(/NaN/);
    }
  });
});
