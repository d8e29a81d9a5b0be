import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NormalizedSchema } from '@smithy/core/schema';
import { expect, it } from 'vitest';
import { pagingOf } from '../../src/aws/pages.ts';
import { hunters } from '../../src/generated/procedure.ts';
import { models } from '../../src/models/index.ts';
import { iamActionOf } from '../iam-actions.ts';

/**
 * A list whose paging is not recognised is cut off after its first page, and nothing says so: what the attacker made may stand on the
 * second. So every operation of every client that carries a token both ways must be known as paged.
 */
const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOKEN = /^(next|continuation|page|pagination|lastevaluated|exclusivestart)?[a-z]*(token|marker)$/i;
/** Tokens that are no page's. */
const OTHER =
  /^(checkpoint|client|clientrequest|idempotency|import|auth|web|webidentity|access|refresh|session|mfa|verification)(identity)?token$|^deletemarker$/i;

/** Asked on with two tokens together, or in both directions, or no list: nothing here lists with them. */
const NOT_ONE_TOKEN = [
  'cloudwatch-logs:GetLogEvents',
  'cloudwatch-logs:PutLogEvents',
  's3:ListMultipartUploads',
  's3:ListObjectVersions',
  's3:ListParts',
  'lightsail:GetRelationalDatabaseLogEvents',
];
interface Operation {
  readonly client: string;
  readonly name: string;
  readonly tokens: { readonly asked: string[]; readonly given: string[] };
  readonly recognised: boolean;
}
const membersOf = (schema: NormalizedSchema): string[] => (schema.isStructSchema() ? [...schema.structIterator()].map(([name]) => name) : []);
const tokensOf = (schema: NormalizedSchema): string[] => membersOf(schema).filter((name) => TOKEN.test(name) && !OTHER.test(name));

function operationsOf(client: string, module: Record<string, unknown>): Operation[] {
  return Object.keys(module).flatMap((key) => {
    const name = /^([A-Z].*)Command$/.exec(key)?.[1];
    const schema = name === undefined ? undefined : module[`${name}$`];
    if (name === undefined || !Array.isArray(schema)) return [];
    const input = NormalizedSchema.of(schema[4]);
    const output = NormalizedSchema.of(schema[5]);
    return [{ client, name, tokens: { asked: tokensOf(input), given: tokensOf(output) }, recognised: pagingOf(input, output) !== null }];
  });
}
const installed = readdirSync(join(ROOT, 'node_modules/@aws-sdk')).flatMap((name) => (name.startsWith('client-') ? [name.slice('client-'.length)] : []));
const all = async (): Promise<Operation[]> => [
  ...installed.flatMap((client) => operationsOf(client, require(`@aws-sdk/client-${client}`))),
  ...(await Promise.all(Object.entries(models).map(async ([name, load]) => operationsOf(name, await load())))).flat(),
];

it('every operation that carries a page token both ways is known as paged', async () => {
  const operations = await all();
  expect(operations.length, 'the clients were read').toBeGreaterThan(3000);
  const paged = operations.filter(({ tokens }) => tokens.asked.length > 0 && tokens.given.length > 0);
  expect(paged.length).toBeGreaterThan(800);
  const missed = paged.filter((one) => !one.recognised).map((one) => `${one.client}:${one.name}`);
  expect(missed.sort()).toEqual([...NOT_ONE_TOKEN].sort());
});

it('no hunter reads a list that gives a token it cannot ask on with', async () => {
  const permissions = new Set((await Promise.all(Object.values(hunters).map(async (load) => (await load()).permissions))).flat());
  const used = (await all()).filter((one) => permissions.has(iamActionOf(one.client, one.name)));
  expect(used.length, 'operations that hunters may call').toBeGreaterThan(150);
  const cut = used.filter((one) => one.tokens.given.length > 0 && !one.recognised).map((one) => `${one.client}:${one.name}`);
  expect(cut).toEqual([]);
});
