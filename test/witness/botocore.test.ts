import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { openService } from '../../src/lab/wire/catalogue.ts';
import { members, type Schema } from '../../src/lab/wire/schema.ts';
import type { WireOperation } from '../../src/lab/wire/service.ts';
import { pythonReady, startPython } from './python.ts';
import { dice, randomStructure } from './random.ts';
import { INSTALLED, OUR_MODELS, openStage } from './stage.ts';

/** Operations on which botocore and the lab differ, each with its reason. One that no longer differs is a failure too. */
const EXEMPT: Readonly<Record<string, string>> = {
  's3:SelectObjectContent': 'answers an event stream',
  'logs:StartLiveTail': 'answers an event stream',
  'logs:GetLogObject': 'answers an event stream',
  's3:WriteGetObjectResponse': 'belongs to s3-object-lambda and its own host',
  's3:ListDirectoryBuckets': 'is signed for s3express',
  's3:ListParts': 'botocore takes PartNumberMarker for a number, the SDK for text',
  's3:GetObjectAttributes': 'botocore takes PartNumberMarker for a number, the SDK for text',
};
/** What botocore adds by itself. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  ec2: ['PresignedUrl', 'DestinationRegion'],
  s3: ['ChecksumAlgorithm', 'ContentLength', 'ContentMD5', 'EncodingType'],
};

const SERVICES: readonly string[] = [...INSTALLED, ...OUR_MODELS];

interface Exchange {
  operation: WireOperation;
  arrived: unknown;
  given: unknown;
}

test.skipIf(!pythonReady('that botocore, a client we did not write, understands the lab'))(
  'botocore and the lab understand each other in every operation both know',
  async () => {
    let last: Exchange | undefined;
    let seed = 1;
    const { lab, key } = await openStage((operation, input) => {
      const given = randomStructure(operation.outputSchema, {
        next: dice(seed++),
        empty: false,
        wholeSeconds: true,
        fixed: { ContentLength: undefined, ExpiresString: undefined },
      });
      last = { operation, arrived: tagged(input), given: tagged(given) };
      return given;
    });
    const services = Object.fromEntries(await Promise.all(SERVICES.map(async (name) => [name, [...(await openService(name))!.operations.keys()]] as const)));
    const python = startPython('botocore_conformance.py');
    python.write({ endpoint: lab.url, accessKeyId: key.id, secretAccessKey: key.secret, services });

    const counts: Record<string, { both: number; equal: number; exempt: number; newer: string[] }> = {};
    const differing = new Map<string, string[]>();
    let current = '';
    for await (const line of python.lines) {
      if (line.operation !== undefined) {
        current = `${line.service}:${line.operation}`;
        counts[line.service] ??= { both: 0, equal: 0, exempt: 0, newer: [] };
        const count = counts[line.service]!;
        if (line.unknown) {
          count.newer.push(line.operation);
          continue;
        }
        count.both++;
        const problems = line.error ? [line.error] : [];
        if (last?.operation.name !== line.operation) problems.push(`reached ${last?.operation.name ?? 'no operation'}`);
        for (const name of ADDED[line.service] ?? []) if (!(name in (line.sent ?? {}))) delete (last?.arrived as Record<string, unknown> | undefined)?.[name];
        if (last?.operation.name === line.operation && !isDeepStrictEqual(last!.arrived, known(last!.operation.inputSchema, line.sent))) {
          problems.push(
            `input: ${JSON.stringify(known(last!.operation.inputSchema, line.sent)).slice(0, 400)} arrived as ${JSON.stringify(last!.arrived).slice(0, 400)}`,
          );
        }
        differing.set(current, problems);
        python.write({ given: last?.given ?? {} });
        last = undefined;
      } else {
        const problems = [...differing.get(current)!, ...line.differences];
        const service = current.split(':')[0]!;
        if (problems.length > 0) differing.set(current, problems);
        else differing.delete(current);
        if (EXEMPT[current]) counts[service]!.exempt++;
        else if (problems.length === 0) counts[service]!.equal++;
      }
    }
    await lab.close();

    for (const [name, { both, equal, exempt, newer }] of Object.entries(counts)) {
      const unknown = newer.length > 0 ? `; unknown to botocore: ${newer.join(', ')}` : '';
      process.stdout.write(`botocore ${name}: ${equal}/${both} operations equal, ${exempt} exempt${unknown}\n`);
    }
    const unexpected = [...differing].filter(([name]) => !EXEMPT[name]).map(([name, problems]) => `${name} ${problems.join(' | ')}`);
    expect(unexpected).toEqual([]);
    const cured = Object.keys(EXEMPT).filter((name) => !differing.has(name));
    expect(cured, 'exemptions that are no longer needed').toEqual([]);
    expect(Object.keys(counts)).toEqual(SERVICES);
  },
  300_000,
);

/** The script's spelling of values. Absent, empty: the query protocols cannot tell them apart. */
function tagged(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return { $time: value.getTime() / 1000 };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((item) => tagged(item) ?? null);
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => (item === undefined || item === null ? [] : [[name, tagged(item)]])));
  return value;
}

/** What botocore sent, without the members that the SDK's model lacks. */
function known(schema: Schema, value: any): unknown {
  if (schema.isStructSchema()) {
    const kept: Record<string, unknown> = {};
    for (const [name, member] of members(schema)) if (value[name] !== undefined) kept[name] = known(member, value[name]);
    return kept;
  }
  if (schema.isListSchema() && Array.isArray(value)) return value.map((item) => known(schema.getValueSchema(), item));
  if (schema.isMapSchema()) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, known(schema.getValueSchema(), item)]));
  return value;
}
