// Makes fixtures/web-server.sparse.gz, the web server's disk for machines without e2fsprogs. Run it after `npm run build`,
// on a machine with e2fsprogs, when the manifest changes. The seed and the times are fixed: same code, same bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDisk } from '../dist/lab/disks-build/build-disk.js';
import { packSparse } from '../dist/lab/disks-build/sparse.js';
import { draw } from '../dist/lab/scenarios/draw.js';
import { webServerManifest } from '../dist/lab/scenarios/web-server/manifest.js';
import { sampleFacts } from '../dist/lab/scenarios/web-server/sample.js';

const target = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/web-server.sparse.gz');
const work = mkdtempSync(join(tmpdir(), 'aplomb-fixture-'));
try {
  const { file, from } = await buildDisk(webServerManifest(sampleFacts, draw('fixture')), join(work, 'disk.img'), target);
  if (from !== 'manifest') throw new Error('mke2fs and debugfs (e2fsprogs) are needed to make the fixture');
  const packed = await packSparse(file);
  writeFileSync(target, packed);
  console.log(`${target}: ${packed.length} bytes`);
} finally {
  rmSync(work, { recursive: true });
}
