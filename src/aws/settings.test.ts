import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from './settings.ts';

let dir: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aplomb-aws-'));
  writeFileSync(
    join(dir, 'config'),
    '[profile ops]\nregion = eu-central-1\nendpoint_url = http://127.0.0.1:1\nservices = mine\n\n[services mine]\nec2 =\n  endpoint_url = http://127.0.0.1:2\n',
  );
  writeFileSync(join(dir, 'credentials'), '[ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = s\n');
  env = { AWS_CONFIG_FILE: join(dir, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(dir, 'credentials') };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const keys = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };

describe('loadSettings', () => {
  it('takes region, endpoints and credentials from the profile', async () => {
    const settings = await loadSettings({ env, profile: 'ops' });
    expect(settings.region).toBe('eu-central-1');
    expect([settings.endpointOf('ec2'), settings.endpointOf('iam')]).toEqual(['http://127.0.0.1:2', 'http://127.0.0.1:1']);
    expect(settings.endpoint).not.toBeNull();
    expect((await settings.credentials()).accessKeyId).toBe('AKIAOPS');
  });

  it('prefers the environment, a service’s own variable first', async () => {
    const settings = await loadSettings({
      env: { ...env, ...keys, AWS_PROFILE: 'ops', AWS_REGION: 'us-west-2', AWS_ENDPOINT_URL: 'http://127.0.0.1:3', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:4' },
    });
    expect(settings.region).toBe('us-west-2');
    expect([settings.endpointOf('sts'), settings.endpointOf('ec2')]).toEqual(['http://127.0.0.1:4', 'http://127.0.0.1:3']);
    expect(await settings.credentials()).toEqual({ accessKeyId: 'AKIAENV', secretAccessKey: 's', sessionToken: 't' });
  });

  it('prefers a named profile to the keys of the environment, and an option to all regions', async () => {
    const settings = await loadSettings({ env: { ...env, ...keys, AWS_DEFAULT_REGION: 'us-west-2' }, profile: 'ops', region: 'eu-north-1' });
    expect(settings.region).toBe('eu-north-1');
    expect((await settings.credentials()).accessKeyId).toBe('AKIAOPS');
  });

  it('can be told to ignore configured endpoints', async () => {
    const settings = await loadSettings({
      env: { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', AWS_ENDPOINT_URL: 'http://127.0.0.1:3' },
      profile: 'ops',
    });
    expect([settings.endpointOf('ec2'), settings.endpoint]).toEqual([undefined, null]);
  });

  it('reads no file in a rehearsal', async () => {
    const settings = await loadSettings({ env: { ...env, ...keys, AWS_PROFILE: 'ops' }, loopbackOnly: true });
    expect([settings.region, settings.endpoint, settings.endpointOf('ec2')]).toEqual([undefined, null, undefined]);
    expect((await settings.credentials()).accessKeyId).toBe('AKIAENV');
  });
});
