import { MINING_AFTER, type WebServerFacts } from '../web-server/facts.ts';

/** The web server's serial console since its last start: the intruder's script at boot, and the miner it started. */
export function consoleOf(facts: WebServerFacts): string {
  const { attacker, host, times } = facts;
  const line = (second: number, words: string) => `[${second.toFixed(6).padStart(12)}] ${words}`;
  return [
    line(0, 'Linux version 6.8.0-1021-aws (buildd@lcy02-amd64) #23-Ubuntu SMP'),
    line(1.204, 'EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode. Quota mode: none.'),
    line(2.871, `systemd[1]: Hostname set to <${host.name}>.`),
    line(9.412, "cloud-init[511]: Cloud-init v. 25.2 running 'init-local'"),
    line(11.633, `cloud-init[511]: boothook: fetching http://${attacker.scanner}/s.sh`),
    line(13.377, `cloud-init[511]: sh: /tmp/.s: ${attacker.pool}`),
    line(MINING_AFTER, `systemd[1]: Started ${attacker.minerName}.service - Kernel worker accounting.`),
    line(MINING_AFTER + 1.5, `${attacker.minerName}[1187]: use pool ${attacker.pool} TLSv1.3`),
    line(MINING_AFTER + 60, `${attacker.minerName}[1187]: speed 10s/60s/15m 812.4 806.9 n/a H/s`),
    line((times.cleaned - times.restarted) / 1000, `kernel: perf: interrupt took too long (3142 > 3131), cpu ${attacker.minerName}`),
    '',
    `${host.name} login: `,
  ].join('\r\n');
}
