import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../kernel/evidence.ts';
import { canonical } from '../kernel/json.ts';
import { createCase, ensureSigner, fingerprintOf, openCase, packLine, type Signer, verifyCase } from './index.ts';
import { headOf, lineOf, seal } from './ledger.ts';

/**
 * The tampering matrix: every row is a copy of one sound case, changed in one way, and both `verifyCase` and the Python
 * program printed in docs/format/verifying.md must judge it as the row says.
 */
interface Row {
  readonly name: string;
  readonly sound?: boolean;
  readonly change: (dir: string) => void;
  readonly key?: () => string;
  readonly head?: () => string;
}
const ITEM = { name: 'x', mediaType: 'text/plain', source: { tool: 'test', time: '2026-01-01T00:00:00.000Z' } };
const EMPTY = createHash('sha256').digest('hex');
let root: string;
let sample: string;
let signer: Signer;
let stored: { text: string; large: string; kept: string };

const ledger = (dir: string) => path.join(dir, 'ledger.jsonl');
const read = (dir: string) => fs.readFileSync(ledger(dir));
const linesOf = (dir: string) => read(dir).toString('utf8').split('\n').slice(0, -1);
const entriesOf = (dir: string) => linesOf(dir).map((line) => JSON.parse(line) as LedgerEntry);
const setLines = (dir: string, lines: readonly string[]) => fs.writeFileSync(ledger(dir), lines.map((line) => `${line}\n`).join(''));
const item = (dir: string, sha256: string) => path.join(dir, 'evidence', sha256.slice(0, 2), sha256);
const flip = (file: string, position: number, bit = 1) => {
  fs.chmodSync(file, 0o600);
  const bytes = fs.readFileSync(file);
  bytes[position < 0 ? bytes.length + position : position]! ^= bit;
  fs.writeFileSync(file, bytes);
};
const edit = (dir: string, change: (lines: string[]) => void) => {
  const lines = linesOf(dir);
  change(lines);
  setLines(dir, lines);
};
/** Appends an entry that the case's own key signed over exactly this text of a body, and a head for it. */
const forge = (dir: string, body: string, kind = 'note', key: Pick<Signer, 'sign'> = signer) => {
  const last = entriesOf(dir).at(-1)!;
  const text = (seal: string, sig: string) =>
    `{"actor":${canonical(last.actor)},"body":${body},${seal}"kind":"${kind}","prev":"${last.hash}","seq":${last.seq + 1},${sig}"time":"${last.time}"}`;
  const hash = createHash('sha256').update(text('', '')).digest('hex');
  const sig = key.sign(hash);
  fs.appendFileSync(ledger(dir), `${text(`"hash":"${hash}",`, `"sig":"${sig}",`)}\n`);
  fs.writeFileSync(path.join(dir, 'head.json'), headOf({ seq: last.seq + 1, hash, sig }));
};
const stranger = (): Signer => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex');
  const prefix = Buffer.from('aplomb-ledger-v1\n');
  return {
    publicKey: raw,
    fingerprint: fingerprintOf(raw),
    sign: (hash) => sign(null, Buffer.concat([prefix, Buffer.from(hash, 'hex')]), privateKey).toString('hex'),
  };
};
/** The whole ledger written anew by someone else, after a change. */
const rewrite = (dir: string, by: Signer, change: (entries: LedgerEntry[]) => void) => {
  const entries = entriesOf(dir).filter((entry) => entry.kind !== 'key');
  change(entries);
  let prev = '0'.repeat(64);
  const sealed = entries.map((entry, seq) => {
    const { hash: _hash, sig: _sig, ...rest } = entry;
    const body = seq === 0 ? { ...entry.body, publicKey: by.publicKey, fingerprint: by.fingerprint } : entry.body;
    const again = seal({ ...rest, seq, body: body as never, prev }, by);
    prev = again.hash;
    return again;
  });
  fs.writeFileSync(ledger(dir), Buffer.concat(sealed.map(lineOf)));
  fs.writeFileSync(path.join(dir, 'case.json'), lineOf(sealed[0]!));
  fs.writeFileSync(path.join(dir, 'head.json'), headOf(sealed.at(-1)!));
};
const headAt = (dir: string, seq: number) => fs.writeFileSync(path.join(dir, 'head.json'), headOf(entriesOf(dir)[seq]!));

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const COUNT = 9;
const ROWS: Row[] = [
  { name: 'untouched', sound: true, change: () => {} },
  { name: 'untouched, with the right key', sound: true, change: () => {}, key: () => signer.fingerprint },
  { name: 'untouched, with another key', change: () => {}, key: () => stranger().fingerprint },
  { name: 'untouched, with a head kept elsewhere', sound: true, change: () => {}, head: () => `3:${entriesOf(sample)[3]!.hash}` },
  { name: 'untouched, with the head of another ledger', change: () => {}, head: () => `3:${'a'.repeat(64)}` },
  { name: 'untouched, with a head further on', change: () => {}, head: () => `${COUNT}:${'a'.repeat(64)}` },
  {
    name: 'derived files, a lock and a lease',
    sound: true,
    change: (dir) => {
      for (const name of ['derived/report.html', 'ledger.lock', 'apply.lease']) fs.writeFileSync(path.join(dir, name), 'x');
    },
  },
  { name: 'no derived folder', sound: true, change: (dir) => fs.rmSync(path.join(dir, 'derived'), { recursive: true }) },
  { name: 'a head that is an ancestor', sound: true, change: (dir) => headAt(dir, 2) },
  { name: 'an entry of a kind unknown here', sound: true, change: (dir) => forge(dir, '{"x":1}', 'weather') },
  { name: 'nesting as deep as allowed', sound: true, change: (dir) => forge(dir, nested(127)) },

  ...[0, 40, 900, -2, -1].map((at): Row => ({ name: `a flipped byte in the ledger at ${at}`, change: (dir) => flip(ledger(dir), at) })),
  ...[0, 12, 80, -1].map((at): Row => ({ name: `a flipped byte in head.json at ${at}`, change: (dir) => flip(path.join(dir, 'head.json'), at) })),
  ...[0, 100, -1].map((at): Row => ({ name: `a flipped byte in case.json at ${at}`, change: (dir) => flip(path.join(dir, 'case.json'), at) })),
  { name: 'a flipped format in the ledger', change: (dir) => fs.writeFileSync(ledger(dir), read(dir).toString().replace('aplomb-case-1', 'aplomb-case-9')) },
  { name: 'a flipped byte in small evidence', change: (dir) => flip(item(dir, stored.text), 0, 0x80) },
  { name: 'a flipped byte at the end of large evidence', change: (dir) => flip(item(dir, stored.large), -1) },
  { name: 'a flipped byte in a kept answer', change: (dir) => flip(item(dir, stored.kept), 1) },

  ...[0, 1, 4, COUNT - 1].map((at): Row => ({ name: `entry ${at} removed`, change: (dir) => edit(dir, (lines) => void lines.splice(at, 1)) })),
  { name: 'two entries swapped', change: (dir) => edit(dir, (lines) => void lines.splice(2, 2, lines[3]!, lines[2]!)) },
  { name: 'an entry repeated', change: (dir) => edit(dir, (lines) => void lines.splice(3, 0, lines[3]!)) },
  { name: 'the last entry repeated', change: (dir) => edit(dir, (lines) => void lines.push(lines.at(-1)!)) },
  { name: 'a text changed, hash as before', change: (dir) => edit(dir, (lines) => void lines.splice(1, 1, lines[1]!.replace('a note', 'A note'))) },
  {
    name: 'a text changed and hashed anew, signature as before',
    change: (dir) =>
      edit(dir, (lines) => {
        const entry = JSON.parse(lines.at(-1)!) as LedgerEntry;
        const changed = seal({ ...entry, body: { text: 'other' } as never }, { ...signer, sign: () => entry.sig });
        lines.splice(-1, 1, lineOf(changed).toString().trimEnd());
      }),
  },
  { name: 'an entry inserted by a stranger', change: (dir) => forge(dir, '{"text":"x"}', 'note', stranger()) },
  {
    name: 'an entry re-signed by a stranger',
    change: (dir) =>
      edit(dir, (lines) => {
        const entry = JSON.parse(lines[4]!) as LedgerEntry;
        lines[4] = canonical({ ...entry, sig: stranger().sign(entry.hash) });
      }),
  },
  { name: 'the ledger written anew by a stranger, no key asked', sound: true, change: (dir) => rewrite(dir, stranger(), () => {}) },
  { name: 'the ledger written anew by a stranger, key asked', change: (dir) => rewrite(dir, stranger(), () => {}), key: () => signer.fingerprint },
  {
    name: 'a stranger admits himself',
    change: (dir) => {
      const other = stranger();
      forge(dir, canonical({ publicKey: other.publicKey, fingerprint: other.fingerprint, responder: 'x' }), 'key', other);
    },
  },
  {
    name: 'a key with the fingerprint of another',
    change: (dir) => forge(dir, canonical({ publicKey: stranger().publicKey, fingerprint: signer.fingerprint, responder: 'x' }), 'key'),
  },
  { name: 'a second opening', change: (dir) => forge(dir, canonical(entriesOf(dir)[0]!.body), 'case') },

  { name: 'the end cut off', change: (dir) => edit(dir, (lines) => void lines.splice(-2)) },
  {
    name: 'the end cut off in head.json too, no head kept',
    sound: true,
    change: (dir) => {
      edit(dir, (lines) => void lines.splice(-1));
      headAt(dir, COUNT - 2);
    },
  },
  {
    name: 'the end cut off in head.json too, head kept',
    change: (dir) => {
      edit(dir, (lines) => void lines.splice(-1));
      headAt(dir, COUNT - 2);
    },
    head: () => `${COUNT - 1}:${entriesOf(sample).at(-1)!.hash}`,
  },
  { name: 'an empty ledger', change: (dir) => fs.writeFileSync(ledger(dir), '') },
  { name: 'a torn last line', change: (dir) => fs.appendFileSync(ledger(dir), '{"actor":{"callerArn":nu') },
  { name: 'a torn line of zeros', change: (dir) => fs.appendFileSync(ledger(dir), Buffer.alloc(512)) },
  { name: 'the last line feed gone', change: (dir) => fs.truncateSync(ledger(dir), read(dir).length - 1) },

  { name: 'white space', change: (dir) => edit(dir, (lines) => void lines.splice(1, 1, lines[1]!.replace(':', ': '))) },
  { name: 'carriage returns', change: (dir) => fs.writeFileSync(ledger(dir), read(dir).toString().replaceAll('\n', '\r\n')) },
  { name: 'an empty line', change: (dir) => fs.appendFileSync(ledger(dir), '\n') },
  { name: 'a byte order mark', change: (dir) => fs.writeFileSync(ledger(dir), Buffer.concat([Buffer.from('\ufeff'), read(dir)])) },
  { name: 'a needless escape', change: (dir) => edit(dir, (lines) => void lines.splice(1, 1, lines[1]!.replace('a note', '\\u0061 note'))) },
  {
    name: 'a member given twice',
    change: (dir) => edit(dir, (lines) => void lines.splice(1, 1, lines[1]!.replace('"kind":"note"', '"kind":"note","kind":"note"'))),
  },
  { name: 'a member too many', change: (dir) => edit(dir, (lines) => void lines.splice(1, 1, lines[1]!.replace('"time"', '"tide":1,"time"'))) },
  { name: 'a signed fraction', change: (dir) => forge(dir, '{"x":1.5}') },
  { name: 'a signed whole number written as a fraction', change: (dir) => forge(dir, '{"x":1.0}') },
  { name: 'a signed number beyond 2^53', change: (dir) => forge(dir, '{"x":9007199254740992}') },
  { name: 'a signed NaN', change: (dir) => forge(dir, '{"x":NaN}') },
  { name: 'a signed minus zero', change: (dir) => forge(dir, '{"x":-0}') },
  { name: 'a signed key beyond ASCII', change: (dir) => forge(dir, '{"ñ":1}') },
  { name: 'a signed lone surrogate', change: (dir) => forge(dir, '{"x":"\\ud800"}') },
  { name: 'a signed body in the wrong order', change: (dir) => forge(dir, '{"b":1,"a":2}') },
  { name: 'a signed body that is no object', change: (dir) => forge(dir, '[]') },
  { name: 'too deep a nesting', change: (dir) => forge(dir, nested(128)) },
  { name: 'a nesting that breaks parsers', change: (dir) => forge(dir, nested(50_000)) },

  { name: 'an item missing', change: (dir) => fs.rmSync(item(dir, stored.text), { force: true }) },
  {
    name: 'an item cut short',
    change: (dir) => {
      fs.chmodSync(item(dir, stored.large), 0o600);
      fs.truncateSync(item(dir, stored.large), 1 << 20);
    },
  },
  {
    name: 'an item extended',
    change: (dir) => {
      fs.chmodSync(item(dir, stored.large), 0o600);
      fs.appendFileSync(item(dir, stored.large), 'x');
    },
  },
  {
    name: 'an item in the wrong folder',
    change: (dir) => {
      fs.mkdirSync(path.join(dir, 'evidence', 'zz'));
      fs.renameSync(item(dir, stored.text), path.join(dir, 'evidence', 'zz', stored.text));
    },
  },
  {
    name: 'an item that is a link to its content',
    change: (dir) => {
      fs.renameSync(item(dir, stored.text), path.join(dir, '..', `moved-${path.basename(dir)}`));
      fs.symlinkSync(path.join(dir, '..', `moved-${path.basename(dir)}`), item(dir, stored.text));
    },
  },
  {
    name: 'a folder in place of an item',
    change: (dir) => {
      fs.rmSync(item(dir, stored.text));
      fs.mkdirSync(item(dir, stored.text));
    },
  },
  {
    name: 'a file that no entry names',
    change: (dir) => {
      const sha256 = createHash('sha256').update('planted').digest('hex');
      fs.mkdirSync(path.dirname(item(dir, sha256)), { recursive: true });
      fs.writeFileSync(item(dir, sha256), 'planted');
    },
  },
  { name: 'a hidden file in evidence', change: (dir) => fs.writeFileSync(path.join(dir, 'evidence', '.x'), '') },
  {
    name: 'a file in upper case',
    change: (dir) => fs.copyFileSync(item(dir, stored.text), item(dir, stored.text).replace(/[^/]*$/, stored.text.toUpperCase())),
  },
  { name: 'a file beside the ledger', change: (dir) => fs.writeFileSync(path.join(dir, 'notes.txt'), 'x') },
  {
    name: 'evidence that is a link',
    change: (dir) => {
      fs.renameSync(path.join(dir, 'evidence'), path.join(dir, 'derived', 'evidence'));
      fs.symlinkSync('derived/evidence', path.join(dir, 'evidence'));
    },
  },
  { name: 'no head.json', change: (dir) => fs.rmSync(path.join(dir, 'head.json')) },
  { name: 'no case.json', change: (dir) => fs.rmSync(path.join(dir, 'case.json')) },
  { name: 'head.json with white space', change: (dir) => fs.appendFileSync(path.join(dir, 'head.json'), '\n') },
  { name: 'head.json that is no head', change: (dir) => fs.writeFileSync(path.join(dir, 'head.json'), 'null\n') },
  {
    name: 'head.json with another signature',
    change: (dir) => {
      const last = entriesOf(dir).at(-1)!;
      fs.writeFileSync(path.join(dir, 'head.json'), headOf({ ...last, sig: stranger().sign(last.hash) }));
    },
  },

  { name: 'items that are no list', change: (dir) => forge(dir, '{"items":"x"}', 'evidence') },
  { name: 'items that are no items', change: (dir) => forge(dir, '{"items":[null,3]}', 'evidence') },
  { name: 'an item named by a path', change: (dir) => forge(dir, '{"items":[{"bytes":1,"sha256":"../../../../etc/passwd"}]}', 'evidence') },
  { name: 'an item given another size', change: (dir) => forge(dir, canonical({ items: [{ sha256: stored.text, bytes: 1 }] }), 'evidence') },
  { name: 'reads without their log', change: (dir) => forge(dir, '{"calls":1,"kept":[],"phase":"x"}', 'reads') },
  ...[
    ['a pack as it should be', true, (lines: string[]) => lines, 2],
    ['a pack of fewer answers than said', false, (lines: string[]) => lines, 3],
    ['a pack said to hold a number in words', false, (lines: string[]) => lines, '2'],
    ['a packed answer under another name', false, (lines: string[]) => [lines[0]!.replace(/"sha256":"../, '"sha256":"00'), lines[1]!], 2],
    ['a packed answer that was changed', false, (lines: string[]) => [lines[0]!.replace('one', 'One'), lines[1]!], 2],
    ['a packed answer of another size', false, (lines: string[]) => [lines[0]!.replace('"bytes":10', '"bytes":11'), lines[1]!], 2],
    ['a pack with a line in another form', false, (lines: string[]) => [lines[0]!.replace(':', ': '), lines[1]!], 2],
    ['a pack with broken base64', false, (lines: string[]) => [lines[0]!, lines[1]!.replace('"base64":"', '"base64":"*')], 2],
    ['a pack with a line that is no JSON', false, (lines: string[]) => [lines[0]!, '{\n'], 2],
    ['a pack with a line that is no answer', false, (lines: string[]) => [lines[0]!, '{"a":1}\n'], 2],
    ['a pack without an end', false, (lines: string[]) => [lines[0]!, lines[1]!.trimEnd()], 2],
    ['an empty pack', false, () => [], 0],
  ].map(
    ([name, sound, change, answers]): Row => ({
      name: name as string,
      sound: sound as boolean,
      change: (dir) => {
        const lines = [Buffer.from('answer\none'), Buffer.of(0xff, 0x00, 0x0a)].map((data) =>
          packLine(data, createHash('sha256').update(data).digest('hex')).toString('utf8'),
        );
        const pack = Buffer.from((change as (lines: string[]) => string[])(lines).join(''));
        const sha256 = createHash('sha256').update(pack).digest('hex');
        fs.mkdirSync(path.dirname(item(dir, sha256)), { recursive: true });
        fs.writeFileSync(item(dir, sha256), pack);
        const log = { sha256: stored.text, bytes: Buffer.byteLength('console output\n') };
        forge(dir, canonical({ phase: 'x', calls: 0, log, kept: [{ sha256, bytes: pack.length, answers }] }), 'reads');
      },
    }),
  ),
  {
    name: 'an empty item said to be unavailable',
    sound: true,
    change: (dir) => forge(dir, canonical({ items: [{ sha256: 'b'.repeat(64), bytes: 0, source: { unavailable: 'AccessDenied' } }] }), 'evidence'),
  },
  {
    name: 'an item said to be unavailable that has a size',
    change: (dir) => forge(dir, canonical({ items: [{ sha256: 'b'.repeat(64), bytes: 1, source: { unavailable: 'AccessDenied' } }] }), 'evidence'),
  },
];

beforeAll(async () => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'aplomb-verifier-'));
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config');
  sample = path.join(root, 'sample');
  signer = ensureSigner();
  const first = createCase(sample, { id: 'ref-1', title: 'Schlüssel \u{1f511} «leaked»', responder: 'ana' });
  const text = await first.store(Buffer.from('console output\n'));
  const large = await first.store(Buffer.alloc((2 << 20) + 17, 'aplomb'));
  const log = await first.store(Buffer.from('{"operation":"DescribeInstances"}\n'));
  const kept = await first.store(Buffer.from('<DescribeInstancesResponse/>'));
  first.append('note', { text: 'a note: "quoted", \\ \b\f\n\r\t \u0001\u001f\u007f \u2028 \ud83d, €, \u{10ffff}' });
  first.append('evidence', {
    items: [
      { ...text, ...ITEM },
      { ...large, ...ITEM },
      { sha256: EMPTY, bytes: 0, ...ITEM, source: { ...ITEM.source, unavailable: 'AccessDenied' } },
    ],
  });
  first.append('reads', { phase: 'observe', calls: 1, log, kept: [kept, text] });
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config-2');
  const second = ensureSigner();
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config');
  first.admit(second.publicKey, 'eva');
  first.close();
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config-2');
  const other = openCase(sample, { responder: 'eva' });
  other.append('note', { text: 'signed by the second key' });
  other.close();
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config');
  fs.appendFileSync(ledger(sample), '{"torn');
  const third = openCase(sample);
  third.append('observe', { action: 'hunt', target: { since: '2026-01-01T00:00:00Z' }, observed: { found: [] } });
  third.append('note', { text: 'the end' });
  third.close();
  expect(entriesOf(sample).map((entry) => entry.kind)).toEqual(['case', 'note', 'evidence', 'reads', 'key', 'note', 'torn', 'observe', 'note']);
  expect(entriesOf(sample)).toHaveLength(COUNT);
  stored = { text: text.sha256, large: large.sha256, kept: kept.sha256 };
  ROWS.forEach((row, index) => {
    fs.cpSync(sample, dirOf(index), { recursive: true });
    row.change(dirOf(index));
  });
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
const dirOf = (index: number) => path.join(root, `row-${index}`);

describe('verify', () => {
  test.each(ROWS.map((row, index) => ({ row, index, name: row.name })))('$name', async ({ row, index }) => {
    const result = await verifyCase(dirOf(index), { key: row.key?.(), head: row.head?.() });
    if (row.sound) expect(result.problems).toEqual([]);
    else expect(result.problems).not.toEqual([]);
    expect(result.signer.authenticated).toBe(row.key !== undefined && row.sound === true);
  });
});

test('the Python program printed in the documentation judges the same', () => {
  const page = fs.readFileSync(fileURLToPath(new URL('../../docs/format/verifying.md', import.meta.url)), 'utf8');
  const program = /^```python\n([\s\S]*?)^```$/m.exec(page)?.[1];
  expect(program).toBeDefined();
  fs.writeFileSync(path.join(root, 'verifier.py'), program!);
  if (spawnSync('python3', ['--version']).status !== 0) {
    process.stderr.write('\nNOT TESTED: there is no python3, so the verifier printed in docs/format/verifying.md was not run.\n\n');
    return;
  }
  // One process for all rows; the command line itself is tried on the first two.
  const driver = 'import json, sys, verifier\nfor line in sys.stdin:\n  print(json.dumps(verifier.verify(*json.loads(line))[0]))';
  const input = ROWS.map((row, index) => JSON.stringify([dirOf(index), row.key?.() ?? null, row.head?.() ?? null])).join('\n');
  const run = spawnSync('python3', ['-c', driver], { cwd: root, input, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  const judged = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
  expect(judged).toHaveLength(ROWS.length);
  const differing = ROWS.flatMap((row, index) => ((judged[index]!.length === 0) === (row.sound === true) ? [] : [`${row.name}: ${judged[index]}`]));
  expect(differing).toEqual([]);

  const command = (...args: string[]) => spawnSync('python3', [path.join(root, 'verifier.py'), ...args], { encoding: 'utf8' });
  expect(command(sample, signer.fingerprint)).toMatchObject({ status: 0, stdout: expect.stringContaining('signer authenticated') });
  expect(command(sample)).toMatchObject({ status: 0, stdout: expect.stringContaining('signer not authenticated') });
  expect(command(dirOf(ROWS.findIndex((row) => row.name === 'two entries swapped'))).status).toBe(7);
}, 120_000);
