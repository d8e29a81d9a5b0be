import type { DiskEntry, DiskManifest } from '../../disks-build/manifest.ts';
import type { Draw } from '../draw.ts';
import { baseEntries } from './base.ts';
import type { WebServerFacts } from './facts.ts';
import { logEntries } from './logs.ts';
import { traceEntries } from './traces.ts';

/** Size of the web server's root volume, GiB. */
export const ROOT_GIB = 1;
/** Size of the image on it. As with a cloud image nobody has grown, the rest of the volume was never written. */
const IMAGE_BYTES = 64 << 20;

/** The web server's root volume: the company's server, its logs, and over them what the intruder left. */
export function webServerManifest(facts: WebServerFacts, draw: Draw): DiskManifest {
  const entries = new Map<string, DiskEntry>();
  // The parts draw from sequences of their own, except where they must agree (the administrator's key).
  for (const entry of [...baseEntries(facts, draw), ...logEntries(facts, draw.fork('logs')), ...traceEntries(facts, draw)]) entries.set(entry.path, entry);
  const ids = draw.fork('uuids');
  return {
    label: 'cloudimg-rootfs',
    bytes: IMAGE_BYTES,
    uuids: { disk: ids.uuid(), partition: ids.uuid(), filesystem: ids.uuid(), hash: ids.uuid() },
    made: facts.launched - 21 * 86_400_000 - 4 * 3_600_000,
    written: facts.now - 30_000,
    entries: [...entries.values()],
  };
}
