import { at, type DiskEntry } from '../../disks-build/manifest.ts';
import type { Draw } from '../draw.ts';
import type { WebServerFacts } from './facts.ts';

export const UBUNTU: [number, number] = [1000, 1000];
export const DEPLOY: [number, number] = [1001, 1001];
export const WEB: [number, number] = [33, 33];
export const LOG: [number, number] = [104, 4];
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A base64 public key of the right form; no private key exists. */
export const publicKey = (draw: Draw, comment: string): string => {
  const field = (data: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, data.length]), data]);
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(draw.bytes(32))]).toString('base64')} ${comment}`;
};

/** The server before anything happened to it: an Ubuntu web server with the company's shop. */
export function baseEntries(facts: WebServerFacts, draw: Draw): DiskEntry[] {
  const { launched, company, host, staff, now } = facts;
  const image = launched - 21 * DAY - 3 * 3_600_000;
  const boot = (seconds: number) => at(launched + seconds * 1000 + draw.int(1, 999));
  const installed = (minutes: number) => at(launched + minutes * MINUTE + draw.int(1, 999));
  const shipped = at(image + draw.int(1, 999));
  const file = (path: string, content: string | Uint8Array, times = shipped, more: Partial<DiskEntry> = {}): DiskEntry => ({
    path,
    kind: 'file',
    content,
    times,
    ...more,
  });
  const stub = (path: string, size: number): DiskEntry =>
    file(path, Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), draw.bytes(size)]), shipped, { mode: 0o755 });
  const release = installed(draw.int(2000, 9000));
  const shop = `/var/www/${company.slug}`;

  return [
    file('/etc/hostname', `${host.name}\n`, boot(14)),
    file('/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${host.name}\n::1 ip6-localhost ip6-loopback\n`, boot(14)),
    file('/etc/machine-id', `${draw.hex(32)}\n`, boot(4), { mode: 0o444 }),
    file('/etc/os-release', 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n'),
    file('/etc/fstab', 'LABEL=cloudimg-rootfs\t/\text4\tdiscard,errors=remount-ro\t0 1\n/dev/nvme1n1\t/srv/data\text4\tdefaults,nofail\t0 2\n', boot(16)),
    file(
      '/etc/passwd',
      [
        'root:x:0:0:root:/root:/bin/bash',
        'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
        'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
        'sshd:x:109:65534::/run/sshd:/usr/sbin/nologin',
        'syslog:x:104:111::/home/syslog:/usr/sbin/nologin',
        'ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash',
        'deploy:x:1001:1001:release automation:/home/deploy:/bin/bash',
        '',
      ].join('\n'),
      boot(19),
    ),
    file('/etc/shadow', 'root:*:19900:0:99999:7:::\nwww-data:*:19900:0:99999:7:::\nubuntu:!:19900:0:99999:7:::\ndeploy:!:19900:0:99999:7:::\n', boot(19), {
      mode: 0o640,
      owner: [0, 42],
    }),
    file('/etc/group', 'root:x:0:\nadm:x:4:syslog,ubuntu\nsudo:x:27:ubuntu\nshadow:x:42:\nwww-data:x:33:\nubuntu:x:1000:\ndeploy:x:1001:\n', boot(19)),
    file('/etc/sudoers.d/90-cloud-init-users', 'ubuntu ALL=(ALL) NOPASSWD:ALL\n', boot(19), { mode: 0o440 }),
    file(
      '/etc/ssh/sshd_config',
      'Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding no\nSubsystem sftp /usr/lib/openssh/sftp-server\n',
    ),
    file('/etc/ssh/ssh_host_ed25519_key.pub', `${publicKey(draw.fork('host'), `root@${host.name}`)}\n`, boot(12)),
    file(
      '/etc/crontab',
      'SHELL=/bin/sh\n17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly\n25 6\t* * *\troot\trun-parts --report /etc/cron.daily\n',
    ),
    file('/etc/cron.d/e2scrub_all', '30 3 * * 0 root test -e /run/systemd/system || /usr/lib/x86_64-linux-gnu/e2fsprogs/e2scrub_all_cron\n'),
    file(`/etc/cron.d/${company.slug}-thumbnails`, `*/15 * * * * www-data /usr/bin/php ${shop}/bin/thumbnails.php >/dev/null 2>&1\n`, release),
    file(
      `/etc/nginx/sites-available/${company.slug}`,
      `server {\n  listen 80;\n  listen [::]:80;\n  server_name ${company.domain};\n  root ${shop}/public;\n  index index.php;\n  location ~ \\.php$ { fastcgi_pass unix:/run/php/php8.3-fpm.sock; include fastcgi_params; }\n  location /uploads/ { alias ${shop}/uploads/; }\n}\n`,
      release,
    ),
    { path: `/etc/nginx/sites-enabled/${company.slug}`, kind: 'link', content: `/etc/nginx/sites-available/${company.slug}`, times: release },
    file('/etc/systemd/system/multi-user.target.wants/README', 'Units enabled for multi-user.target.\n'),
    file(
      '/usr/lib/systemd/system/nginx.service',
      '[Unit]\nDescription=A high performance web server\nAfter=network-online.target\n[Service]\nType=forking\nExecStart=/usr/sbin/nginx -g "daemon on; master_process on;"\n[Install]\nWantedBy=multi-user.target\n',
    ),
    stub('/usr/bin/bash', 140_000),
    stub('/usr/bin/sudo', 90_000),
    stub('/usr/bin/php8.3', 400_000),
    stub('/usr/sbin/nginx', 300_000),
    stub('/usr/sbin/sshd', 220_000),
    file(
      '/var/lib/dpkg/status',
      ['nginx 1.24.0-2ubuntu7.5', 'php8.3-fpm 8.3.6-0ubuntu0.24.04.5', 'openssh-server 1:9.6p1-3ubuntu13.14', 'sudo 1.9.15p5-3ubuntu5']
        .map((line) => line.split(' '))
        .map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`)
        .join('\n'),
      installed(5),
    ),
    file('/var/lib/cloud/data/instance-id', `${host.instanceId}\n`, boot(8)),
    file(`/var/lib/cloud/instances/${host.instanceId}/datasource`, 'DataSourceEc2Local: DataSourceEc2Local\n', boot(8)),
    { path: '/var/lib/cloud/instance', kind: 'link', content: `/var/lib/cloud/instances/${host.instanceId}`, times: boot(8) },
    file('/home/ubuntu/.ssh/authorized_keys', `${publicKey(draw.fork('admin-key'), `${staff.user}@${company.slug}`)}\n`, boot(20), {
      mode: 0o600,
      owner: UBUNTU,
    }),
    { path: '/home/ubuntu', kind: 'directory', mode: 0o750, owner: UBUNTU, times: boot(19) },
    { path: '/home/ubuntu/.ssh', kind: 'directory', mode: 0o700, owner: UBUNTU, times: boot(19) },
    file(
      '/home/ubuntu/.bashrc',
      '# ~/.bashrc: executed by bash(1) for non-login shells.\ncase $- in *i*) ;; *) return;; esac\nHISTCONTROL=ignoreboth\n',
      shipped,
      { owner: UBUNTU },
    ),
    file(
      '/home/ubuntu/.bash_history',
      ['sudo systemctl status nginx', 'df -h', `tail -f /var/log/nginx/access.log`, 'sudo apt-get update', 'free -m', 'exit', ''].join('\n'),
      at(now - 9 * DAY - 1234),
      { mode: 0o600, owner: UBUNTU },
    ),
    { path: '/home/deploy', kind: 'directory', mode: 0o750, owner: DEPLOY, times: installed(8) },
    file('/home/deploy/release.sh', `#!/bin/sh\nset -eu\ncd ${shop}\ngit pull --ff-only\nsudo systemctl reload php8.3-fpm\n`, installed(9), {
      mode: 0o755,
      owner: DEPLOY,
    }),
    { path: '/root', kind: 'directory', mode: 0o700, times: shipped },
    file('/root/.profile', '# ~/.profile: executed by Bourne-compatible login shells.\nmesg n 2> /dev/null || true\n'),
    file(`${shop}/public/index.php`, `<?php\nrequire __DIR__ . '/../src/shop.php';\nShop\\run('${company.domain}');\n`, release, { owner: DEPLOY }),
    file(
      `${shop}/src/shop.php`,
      `<?php\nnamespace Shop;\nfunction run(string $domain): void { /* routes: /, /product/{id}, /cart, /account, /upload */ }\n`,
      release,
      { owner: DEPLOY },
    ),
    file(
      `${shop}/src/upload.php`,
      `<?php\n// A picture for the customer's profile.\nmove_uploaded_file($_FILES['picture']['tmp_name'], __DIR__ . '/../uploads/' . basename($_FILES['picture']['name']));\n`,
      release,
      { owner: DEPLOY },
    ),
    file(
      `${shop}/config/database.php`,
      `<?php return ['host' => 'db.internal.${company.domain}', 'name' => 'shop', 'user' => 'shop', 'password' => getenv('SHOP_DB_PASSWORD')];\n`,
      release,
      { mode: 0o640, owner: [1001, 33] },
    ),
    {
      path: `${shop}/uploads`,
      kind: 'directory',
      mode: 0o775,
      owner: [1001, 33],
      times: { ...release, modified: facts.times.restarted + 26_118, changed: facts.times.restarted + 26_118 },
    },
    ...Array.from({ length: 24 }, (_, n) => {
      const times = at(launched + draw.int(2, 50) * DAY + draw.int(1, DAY));
      const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), draw.bytes(draw.int(15_000, 70_000)), Buffer.from([0xff, 0xd9])]);
      return file(`${shop}/uploads/p${1000 + n}-${draw.hex(6)}.jpg`, jpeg, times.born < now ? times : release, { owner: WEB });
    }),
    { path: '/tmp', kind: 'directory', mode: 0o1777, times: shipped },
    { path: '/var/tmp', kind: 'directory', mode: 0o1777, times: shipped },
    { path: '/srv/data', kind: 'directory', times: boot(21) },
  ];
}
