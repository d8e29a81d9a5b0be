import { createHash } from 'node:crypto';
import type { LabContext } from '../../contract.ts';
import { interfacesOf } from './interface-model.ts';
import type { Instance } from './rows.ts';
import { TYPES } from './type-catalogue.ts';

/** What a serial console shows after the instance's last start, made from the instance's own data. */
export function bootLog(ctx: LabContext, row: Instance): string {
  if (row.platform === 'windows')
    return `${utc(row.launchTime)}: Windows sysprep configuration complete.\r\n${utc(row.launchTime)}: Message: Windows is Ready to use\r\n`;
  const item = interfacesOf(ctx, row.id)[0];
  const ip = item?.privateIps[0] ?? '0.0.0.0';
  const host = `ip-${ip.replaceAll('.', '-')}`;
  const type = TYPES.get(row.type);
  const kibibytes = (type?.memoryMiB ?? 1024) * 1024;
  let clock = 0;
  const kernel = (line: string) => `[${(clock += 0.137).toFixed(6).padStart(12)}] ${line}`;
  const key = (name: string) => createHash('sha256').update(`${row.id}/${name}`).digest('base64').replace(/=+$/, '');
  return [
    kernel(`Linux version 6.1.155-176.282.${type?.architecture === 'arm64' ? 'aarch64' : 'x86_64'} (gcc (GCC) 11.5.0) #1 SMP PREEMPT_DYNAMIC`),
    kernel(`Command line: BOOT_IMAGE=(hd0,gpt1)/boot/vmlinuz root=UUID=${uuid(row.id)} ro console=tty0 console=ttyS0,115200n8 nvme_core.io_timeout=4294967295`),
    kernel(`DMI: Amazon EC2 ${row.type}/, BIOS 1.0 10/16/2017`),
    kernel(`Hypervisor detected: ${type?.hypervisor === 'xen' ? 'Xen HVM' : 'KVM'}`),
    kernel(`Memory: ${Math.round(kibibytes * 0.94)}K/${kibibytes}K available`),
    kernel(`smp: Brought up 1 node, ${type?.vcpus ?? 1} CPUs`),
    ...(type?.gpu ? [kernel(`NVRM: loading NVIDIA UNIX x86_64 Kernel Module, ${type.gpu.count} x ${type.gpu.name}`)] : []),
    kernel('nvme nvme0: pci function 0000:00:04.0'),
    kernel(`EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode. Quota mode: none.`),
    kernel(`systemd[1]: Hostname set to <${host}>.`),
    kernel(`ena 0000:00:05.0 ens5: ENA device, ${item?.mac ?? ''}`),
    `ci-info: | ens5   | True |  ${ip.padEnd(15)} | 255.255.240.0 | global | ${item?.mac ?? ''} |`,
    `[${clock.toFixed(6)}] cloud-init[1680]: Cloud-init v. 22.2.2 running 'modules:config' at ${new Date(row.launchTime).toUTCString()}. Up ${clock.toFixed(2)} seconds.`,
    '-----BEGIN SSH HOST KEY FINGERPRINTS-----',
    `256 SHA256:${key('ecdsa')} root@${host} (ECDSA)`,
    `256 SHA256:${key('ed25519')} root@${host} (ED25519)`,
    '-----END SSH HOST KEY FINGERPRINTS-----',
    `[${(clock + 1.2).toFixed(6)}] cloud-init[1702]: Cloud-init v. 22.2.2 finished at ${new Date(row.launchTime + 15_000).toUTCString()}. Datasource DataSourceEc2.  Up ${(clock + 1.2).toFixed(2)} seconds`,
    '',
    `${host} login: `,
  ].join('\r\n');
}
const utc = (milliseconds: number) => new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 19);
const uuid = (seed: string) =>
  createHash('sha256')
    .update(seed)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
