import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './workspace.mjs';

// The product's launcher does the same.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const NAMES = ['help', 'contain', 'isolate', 'ebs', 'verify', 'hunt', 'drill'];
const USAGE = `npm run bench -- [--only NAME[,NAME]] [--quick] [--json FILE]\nnames: ${NAMES.join(', ')}`;

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean', default: false }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
// The drill and the hunt take minutes: in a hurry they are measured only when they are asked for.
const wanted = values.only?.split(',') ?? NAMES.filter((name) => !values.quick || (name !== 'drill' && name !== 'hunt'));
const unknown = wanted.find((name) => !NAMES.includes(name));
if (values.help || unknown !== undefined) {
  console.error(unknown === undefined ? USAGE : `there is no benchmark "${unknown}"\n${USAGE}`);
  process.exit(unknown === undefined ? 0 : 2);
}

const processors = cpus();
const machine = {
  processors: processors.length,
  model: processors[0]?.model.trim() ?? 'unknown',
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  load: Math.round(loadavg()[0] * 100) / 100,
  quick: values.quick,
  time: new Date().toISOString(),
};
console.log(
  `${machine.processors} processors (${machine.model}), Node ${machine.node}, ${machine.platform}, load ${machine.load}${machine.quick ? ', quick' : ''}\n`,
);

const number = (n) => (Math.abs(n) >= 100 ? n.toFixed(0) : Math.abs(n) >= 10 ? n.toFixed(1) : n.toFixed(2));
const range = ({ median, min, max }, unit) => `${number(median)}${unit} (${number(min)}–${number(max)})`;
const verdict = ({ met, limit }) => (met === undefined ? '' : `: ${met ? 'meets' : 'MISSES'} the target, ${limit} at most`);

/** Ratios (or counts) first, then what they are made of. */
function show(one) {
  const head = (one.ratio ? range(one.ratio, ' x') : range(one.value, ` ${one.unit}`)).padEnd(25);
  console.log(`  ${head} ${one.what}${verdict(one)}`);
  if (!one.ratio) return;
  console.log(`  ${''.padEnd(25)} against ${one.against}`);
  console.log(`  ${''.padEnd(25)} ${range(one.ours, ` ${one.unit}`)} against ${range(one.baseline, ` ${one.unit}`)}, ${one.ratio.runs} pairs`);
}

const results = {};
for (const name of wanted) {
  const { bench, title } = await import(`./${name}.mjs`);
  console.log(`${name}: ${title}`);
  const begun = Date.now();
  const rows = await bench({ quick: values.quick });
  for (const one of rows) show(one);
  const seconds = Math.round((Date.now() - begun) / 100) / 10;
  console.log(`  took ${seconds} s\n`);
  results[name] = { title, seconds, rows };
}

const file = resolve(values.json ?? join(ROOT, 'bench/out', `${machine.time.replace(/[:.]/g, '-')}.json`));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ machine, results }, null, 2)}\n`);
console.log(`Written: ${file}`);
