import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { asText, maskSecrets } from './masking.ts';

/** Secrets of every length and alphabet, the same in every run. */
const ALPHABETS = ['abcdefghijkmnopqrstuvwxyz23456789', 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789', 'abcXYZ234!@#%^*_+-.,?/='];
function secret(seed: string): string {
  const bytes = createHash('sha512').update(seed).digest();
  const alphabet = ALPHABETS[bytes[0]! % ALPHABETS.length]!;
  const length = 8 + (bytes[1]! % 40);
  return `q${[...bytes.subarray(2, 2 + length)].map((byte) => alphabet[byte % alphabet.length]!).join('')}z`;
}
/** Where people put secrets in start-up scripts. */
const PLACES: Readonly<Record<string, (value: string) => string>> = {
  'a shell variable': (s) => `export DB_PASSWORD=${s}\nsystemctl start web`,
  'a quoted variable': (s) => `API_TOKEN="${s}"`,
  'a variable without an end quote': (s) => `API_TOKEN="a ${s}\n./start`,
  'pieces glued together': (s) => `SECRET='a'"${s}"b`,
  'a quoted value of several words': (s) => `passphrase: 'correct horse ${s} staple'`,
  'a value over two lines': (s) => `client_secret="first\n${s}"\n`,
  yaml: (s) => `#cloud-config\npassword: ${s}\nssh_pwauth: true`,
  'a yaml list of passwords': (s) => `chpasswd:\n  expire: false\n  list: |\n    root:${s}\n    ops:other\nruncmd: [ls]`,
  json: (s) => `{"user":"web","secretAccessKey":"${s}","n":1}`,
  'a ruby hash': (s) => `:db_password => '${s}',`,
  'a url': (s) => `DATABASE=postgres://web:${encodeURIComponent(s)}@db.internal:5432/shop`,
  'a long option': (s) => `docker login --username web --password ${s} registry.example.com`,
  'a long option with an equals sign': (s) => `vault login -token=${s}`,
  powershell: (s) => `New-LocalUser -Name ops -Password (ConvertTo-SecureString "${s}" -AsPlainText -Force)`,
  'a windows user': (s) => `net user administrator ${s} /add`,
  mysql: (s) => `mysql -uroot -p${s} shop < dump.sql`,
  sshpass: (s) => `sshpass -p ${s} ssh root@10.0.0.1`,
  curl: (s) => `curl -u web:${s} https://example.com/x`,
  'a header': (s) => `curl -H "Authorization: Bearer ${s}" https://example.com`,
  'a header of one’s own': (s) => `curl -H 'X-Api-Key: ${s}' https://example.com`,
  chpasswd: (s) => `echo "root:${s}" | sudo chpasswd`,
  passwd: (s) => `echo ${s} | passwd --stdin root`,
  xml: (s) => `<AdminPassword>${s.replace(/</g, '')}</AdminPassword>`,
  sql: (s) => `CREATE USER web IDENTIFIED BY '${s}';`,
  'a signed link': (s) => `wget 'https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=${s}'`,
  'a private key': (s) => `cat > k <<EOF\n-----BEGIN OPENSSH PRIVATE KEY-----\n${s}\n-----END OPENSSH PRIVATE KEY-----\nEOF`,
  'a private key cut off': (s) => `-----BEGIN RSA PRIVATE KEY-----\n${s}`,
  'a crypt hash': (s) => `useradd web && usermod -p '$6$salt$${s.replace(/[^a-zA-Z0-9]/g, '')}' web`,
};

describe('a secret is taken out wherever it stands', () => {
  it.each(Object.entries(PLACES))('%s', (_name, place) => {
    for (let round = 0; round < 60; round++) {
      const value = secret(`${_name} ${round}`);
      const before = place(value);
      const masked = maskSecrets(`#!/bin/sh\necho begin\n${before}\necho end of script\n`);
      const inner = before.includes(value) ? value : encodeURIComponent(value);
      expect(masked, before).not.toContain(before.includes(inner) ? inner : value.replace(/[^a-zA-Z0-9]/g, ''));
      expect(masked.startsWith('#!/bin/sh\necho begin\n'), before).toBe(true);
      expect(maskSecrets(masked), 'masking again changes nothing').toBe(masked);
    }
  });
  it.each([
    ['an AWS secret key by itself', `wJalrXUtnFEMI/K7MDENG/${'bPxRfiCYEXAMPLEKEY'}`],
    ['a session token', `FwoGZXIvYXdzE${'A1b2'.repeat(60)}==`],
    ['a JWT', `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIxMjM0In0'}.dozjgNryP4J3jVmNHl0w5N`],
    ['a GitHub token', `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4'}`],
    ['a Slack hook', 'https://hooks.slack.com/services/T000/B000/abcdefgh'],
  ])('%s, without a name', (_name, value) => {
    const last = value.split('/').at(-1)!;
    expect(maskSecrets(`run ${value} now`)).not.toContain(last);
    expect(maskSecrets(`run ${value} now`)).toMatch(/^run .* now$/);
  });
});

describe('what is no secret stays', () => {
  it.each([
    '#!/bin/bash\nset -euo pipefail\nyum install -y httpd\nsystemctl enable --now httpd\n',
    'curl -fsSL http://203.0.113.9/x.sh | sh\n',
    '[    0.000000] Linux version 6.1.0-aws (mockbuild@buildhost) #1 SMP\n',
    'ssh-keygen: user web from 198.51.100.7 port 51234\n',
    'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n',
    '========================================================\n',
    '',
  ])('%j', (line) => expect(maskSecrets(line)).toBe(line));
});

it('hostile length ends', () => {
  for (const piece of ['password', '"', "secret='", 'a.', '-----BEGIN RSA PRIVATE KEY-----', 'mysql -p', 'chpasswd:\n list:\n  a', 'x://'])
    expect(typeof maskSecrets(piece.repeat(2000))).toBe('string');
});
it('tells text from bytes', () => {
  expect(asText(Buffer.from('grün\n'))).toBe('grün\n');
  expect(asText(Buffer.from([0xff, 0xfe]))).toBeUndefined();
  expect(asText(Buffer.from([0x00, 0x41]))).toBeUndefined();
});
