import type { DiskEntry } from '../../disks-build/manifest.ts';
import type { Draw } from '../draw.ts';
import { LOG, WEB } from './base.ts';
import { MINING_AFTER, type WebServerFacts } from './facts.ts';

const HOUR = 3_600_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** syslog's "Jan  2 03:04:05", UTC. */
const syslogTime = (time: number): string => {
  const date = new Date(time);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
};
/** nginx's "02/Jan/2026:03:04:05 +0000". */
const nginxTime = (time: number): string => {
  const date = new Date(time);
  return `${String(date.getUTCDate()).padStart(2, '0')}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
};
interface Line {
  time: number;
  text: string;
}
/** A log that has grown since `born`: lines in order, none while the machine was down or after now. */
function grown(facts: WebServerFacts, path: string, born: number, lines: Line[], owner: [number, number] = LOG): DiskEntry {
  const { restarted } = facts.times;
  const up = lines.filter(({ time }) => time <= facts.now && (time < restarted - 150_000 || time >= restarted)).sort((a, b) => a.time - b.time);
  const last = up.at(-1)?.time ?? born;
  const content = up.map(({ text }) => `${text}\n`).join('');
  return { path, kind: 'file', content, mode: 0o640, owner, times: { born, modified: last, changed: last, accessed: born } };
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const SCANNED = ['/.env', '/.git/config', '/wp-login.php', '/phpmyadmin/', '/server-status', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php'];

function accessLog(facts: WebServerFacts, draw: Draw, begin: number): Line[] {
  const { now, attacker, times } = facts;
  const request = (time: number, ip: string, line: string, status: number, bytes: number, agent: string): Line => ({
    time,
    text: `${ip} - - [${nginxTime(time)}] "${line} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`,
  });
  const visitors = Array.from({ length: 40 }, () => `198.51.100.${draw.int(90, 190)}`);
  const visits = Array.from({ length: 1500 }, () => {
    const page = draw.pick(['/', `/product/${draw.int(100, 180)}`, '/cart', '/account', '/favicon.ico']);
    return request(draw.int(begin, now), draw.pick(visitors), `GET ${page}`, page === '/favicon.ico' ? 404 : 200, draw.int(300, 24_000), BROWSER);
  });
  const scan = SCANNED.map((path, n) => request(times.scan + n * 700, attacker.scanner, `GET ${path}`, 404, 162, 'Mozilla/5.0 zgrab/0.x'));
  const shell = ['id', 'uname+-a', 'cat+/var/www/*/config/database.php', 'ls+-la+/home'].map((command, n) =>
    request(times.shell + n * 41_000, attacker.scanner, `GET /uploads/${attacker.shellFile}?c=${command}`, 200, draw.int(40, 700), 'python-requests/2.31.0'),
  );
  return [...visits, ...scan, ...shell];
}

function authLog(facts: WebServerFacts, draw: Draw, begin: number): Line[] {
  const { now, launched, host, staff, attacker, times } = facts;
  const line = (time: number, program: string, text: string): Line => ({ time, text: `${syslogTime(time)} ${host.name} ${program}: ${text}` });
  const login = (time: number, ip: string): Line =>
    line(
      time,
      `sshd[${draw.int(900, 30_000)}]`,
      `Accepted publickey for ubuntu from ${ip} port ${draw.int(40_000, 60_000)} ssh2: ED25519 SHA256:${draw.word(43)}`,
    );
  const cron = Array.from({ length: 14 }, () =>
    line(draw.int(begin, now), `CRON[${draw.int(900, 30_000)}]`, 'pam_unix(cron:session): session opened for user www-data(uid=33) by (uid=0)'),
  );
  const staffLogins = [61, 36, 30].map((ago) => now - ago * HOUR - draw.int(0, 900_000)).filter((time) => time > launched);
  return [
    ...cron,
    ...staffLogins.map((time) => login(time, staff.ip)),
    login(times.login, attacker.ip),
    line(times.login + 700, 'systemd-logind[612]', `New session ${draw.int(2, 9)} of user ubuntu.`),
    line(
      times.login + 22_000,
      'sudo',
      `  ubuntu : TTY=pts/0 ; PWD=/home/ubuntu ; USER=root ; COMMAND=/usr/bin/systemctl restart ${attacker.minerName}.service`,
    ),
  ];
}

function systemLog(facts: WebServerFacts, draw: Draw, begin: number): Line[] {
  const { now, host, attacker, times } = facts;
  const line = (time: number, program: string, text: string): Line => ({ time, text: `${syslogTime(time)} ${host.name} ${program}: ${text}` });
  const lines: Line[] = [];
  for (let time = begin; time < now; time += HOUR)
    lines.push(line(time, `CRON[${draw.int(900, 30_000)}]`, '(root) CMD (cd / && run-parts --report /etc/cron.hourly)'));
  const mining = times.restarted + MINING_AFTER * 1000;
  lines.push(
    line(times.restarted - 160_000, 'systemd[1]', 'Reached target poweroff.target - System Power Off.'),
    line(times.restarted, 'kernel', '[    0.000000] Linux version 6.8.0-1021-aws (buildd@lcy02-amd64) #23-Ubuntu SMP'),
    line(times.restarted + 12_000, 'cloud-init[511]', 'Running module boothook: user data changed since the last boot'),
    line(mining, 'systemd[1]', `Started ${attacker.minerName}.service - Kernel worker accounting.`),
  );
  for (let time = mining + 60_000; time < now; time += 20 * 60_000)
    lines.push(line(time, `${attacker.minerName}[1187]`, `net      new job from ${attacker.pool} diff ${draw.int(100, 900)}K algo rx/0`));
  return lines;
}

/** Logs with the everyday and, among it, the break-in: web requests, logins, cron, the restart and the miner. */
export function logEntries(facts: WebServerFacts, draw: Draw): DiskEntry[] {
  const begin = Math.max(facts.launched, facts.now - 72 * HOUR);
  const boot = [
    `Cloud-init v. 25.2 running 'modules:final'`,
    'Setting up nginx (1.24.0-2ubuntu7.5) ...',
    'Setting up php8.3-fpm ...',
    'Cloud-init v. 25.2 finished',
  ];
  const again = [`Cloud-init v. 25.2 running 'init'`, `boothook: fetching http://${facts.attacker.scanner}/s.sh`, 'Cloud-init v. 25.2 finished'];
  const cloudInit = [
    ...boot.map((text, n) => ({ time: facts.launched + n * 15_000, text })),
    ...again.map((text, n) => ({ time: facts.times.restarted + 9_000 + n * 4_000, text })),
  ];
  return [
    grown(facts, '/var/log/nginx/access.log', begin, accessLog(facts, draw.fork('access'), begin), [WEB[0], LOG[1]]),
    grown(facts, '/var/log/auth.log', begin, authLog(facts, draw.fork('auth'), begin)),
    grown(facts, '/var/log/syslog', begin, systemLog(facts, draw.fork('system'), begin)),
    grown(facts, '/var/log/cloud-init-output.log', facts.launched, cloudInit),
  ];
}
