import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Change, type Plan, type Step, text, tokenOf, type Value } from '../kernel/index.ts';
import { cliOperation } from './cli-names.ts';
import { renderCli } from './render-cli.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aplomb-cli-'));
  // Stands in for the aws command: notes its arguments and answers what the test has put there for the operation.
  writeFileSync(
    join(dir, 'aws'),
    '#!/bin/sh\nn=$(cat "$DIR/n" 2>/dev/null || echo 0)\necho $((n + 1)) >"$DIR/n"\nprintf \'%s\\0\' "$@" >"$DIR/call.$n"\nif [ -f "$DIR/error.$2" ]; then printf \'\\nAn error occurred (%s) when calling the X operation: no\\n\' "$(cat "$DIR/error.$2")" >&2; [ -f "$DIR/once.$2" ] && rm "$DIR/error.$2"; exit 254; fi\n[ -f "$DIR/answer.$2" ] && cat "$DIR/answer.$2"\nexit 0\n',
  );
  chmodSync(join(dir, 'aws'), 0o755);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly stderr: string;
  readonly calls: { service: string; operation: string; region: string; input: any; query: string | undefined; args: string[] }[];
}
const run = (script: string): Ran => {
  const file = join(dir, 'plan.sh');
  writeFileSync(file, script);
  writeFileSync(join(dir, 'n'), '0');
  const { status, stderr } = spawnSync('bash', ['-eu', file], { env: { PATH: `${dir}:${process.env.PATH}`, DIR: dir, HOME: dir }, encoding: 'utf8' });
  const count = Number(readFileSync(join(dir, 'n'), 'utf8'));
  const calls = Array.from({ length: count }, (_, n) => {
    const args = readFileSync(join(dir, `call.${n}`), 'utf8')
      .split('\0')
      .slice(0, -1);
    const after = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
    return {
      service: args[0] ?? '',
      operation: args[1] ?? '',
      region: after('--region') ?? '',
      input: JSON.parse(after('--cli-input-json') ?? 'null'),
      query: after('--query'),
      args,
    };
  });
  return { status, stderr, calls };
};
const answer = (operation: string, ...values: unknown[]) =>
  writeFileSync(join(dir, `answer.${operation}`), `${JSON.stringify(['done', ...values.map((value) => JSON.stringify([value]))], null, 4)}\n`);
const fails = (operation: string, code: string, once = false) => {
  writeFileSync(join(dir, `error.${operation}`), code);
  if (once) writeFileSync(join(dir, `once.${operation}`), '');
};
const change = (id: string, operation: string, input: Value, more: Partial<Change> = {}): Change => ({
  id,
  why: text(`why ${id}`, `por qué ${id}`),
  call: { service: 'ec2', operation, region: 'eu-west-1', input },
  repeat: 'safe',
  probe: { call: { service: 'ec2', operation: 'DescribeVpcs', region: 'eu-west-1', input: {} }, done: [{ path: 'length(Vpcs)', is: 1 }] },
  undo: { never: text('no', 'no') },
  danger: [],
  ...more,
});
const plan = (...steps: Step[]): Plan => ({ action: 'test', target: {}, steps });
const render = (...steps: Step[]) => renderCli(plan(...steps), { caseId: 'C-1', apply: 'a1' });

describe('names', () => {
  it.each([
    ['DescribeVpcs', 'describe-vpcs'],
    ['GetEbsDefaultKmsKeyId', 'get-ebs-default-kms-key-id'],
    ['ListWebACLs', 'list-web-acls'],
    ['CreateDBInstance', 'create-db-instance'],
    ['ListMFADevices', 'list-mfa-devices'],
    ['GetContextKeysForPrincipalPolicy', 'get-context-keys-for-principal-policy'],
    ['EnableImageBlockPublicAccess', 'enable-image-block-public-access'],
    ['AllocateIpamPoolCidr', 'allocate-ipam-pool-cidr'],
    ['GetHITsForQualificationType', 'get-hi-ts-for-qualification-type'],
    ['ListSAMLProviders', 'list-saml-providers'],
  ])('%s is %s', (operation, command) => expect(cliOperation(operation)).toBe(command));
});

describe('renderCli', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      "'",
      '"',
      '$(touch pwned)',
      '`id`',
      `$${'{HOME}'}`,
      '\\',
      '\\\\n',
      '!!',
      'file:///etc/passwd',
      '-rf',
      'EOF',
      '\nEOF\n',
      '\u0000',
      '\u001b[31m',
      '\u202e',
      '\r\n',
      '%s',
      '~',
      '*',
    ),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      hostile,
      fc.integer(),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(hostile, tie('value'), { maxKeys: 3 }),
    ),
  })).value;

  it('brings every value through bash unharmed', () => {
    // A key `__proto__` would be lost in building the expected object; the plan's own words are not values.
    const ok = fc
      .array(json as fc.Arbitrary<any>, { minLength: 12, maxLength: 12 })
      .filter((list) => !/"\$(ref|token|now|json|join)":/.test(JSON.stringify(list)) && !JSON.stringify(list).includes('__proto__'));
    fc.assert(
      fc.property(ok, hostile, (values, name) => {
        const steps = values.map((value, index) =>
          change(`s${index} ${name}`, 'CreateTags', { Value: value, Json: { $json: { v: value } }, Join: { $join: [name, '-', { $token: true }] } }),
        );
        const ran = run(render(...steps));
        expect(ran.stderr).toBe('');
        expect(ran.status).toBe(0);
        expect(ran.calls.map((call) => call.input)).toEqual(
          values.map((value, index) => ({ Value: value, Json: JSON.stringify({ v: value }), Join: `${name}-${tokenOf('C-1', 'a1', `s${index} ${name}`)}` })),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('brings values out of answers unharmed, at every depth', () => {
    fc.assert(
      fc.property(
        hostile.filter((value) => value !== ''),
        fc.array(hostile, { minLength: 1, maxLength: 3 }),
        (id, list) => {
          answer('create-vpc', id, list, 7);
          const ran = run(
            render(
              change('a', 'CreateVpc', {}),
              change('b', 'CreateTags', {
                Resources: [{ $ref: 'a#Vpc.VpcId' }],
                All: { $ref: 'a#Ids' },
                Number: { $ref: 'a#N' },
                Text: { $join: ['x-', { $ref: 'a#Vpc.VpcId' }, '-', { $ref: 'a#N' }] },
                Policy: { $json: { Resource: { $ref: 'a#Vpc.VpcId' }, Deep: { $json: [{ $ref: 'a#Ids' }, { $join: ['arn:', { $ref: 'a#Vpc.VpcId' }] }] } } },
              }),
            ),
          );
          expect(ran.stderr).toBe('');
          expect(ran.calls[0]?.query).toBe("['done', to_string([Vpc.VpcId]), to_string([Ids]), to_string([N])]");
          expect(ran.calls[1]?.input).toEqual({
            Resources: [id],
            All: list,
            Number: 7,
            Text: `x-${id}-7`,
            Policy: JSON.stringify({ Resource: id, Deep: JSON.stringify([list, `arn:${id}`]) }),
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('fixes the time at the call, inside JSON texts too', () => {
    const { calls } = run(render(change('a', 'CreateTags', { At: { $now: true }, Policy: { $json: { Before: { $now: true } } } })));
    expect(calls[0]?.input.At).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(JSON.parse(calls[0]?.input.Policy)).toEqual({ Before: calls[0]?.input.At });
    expect(Math.abs(Date.parse(calls[0]?.input.At) - Date.now())).toBeLessThan(20_000);
  });

  it('stops at a refusal and at an empty value', () => {
    fails('create-vpc', 'UnauthorizedOperation');
    const refused = run(render(change('a', 'CreateVpc', {}), change('b', 'CreateTags', {})));
    expect([refused.status, refused.calls.length]).toEqual([1, 1]);
    expect(refused.stderr).toContain('UnauthorizedOperation');
    rmSync(join(dir, 'error.create-vpc'));
    answer('create-vpc', null);
    const empty = run(render(change('a', 'CreateVpc', {}), change('b', 'CreateTags', { Resources: [{ $ref: 'a#Vpc.VpcId' }] })));
    expect([empty.status, empty.calls.length]).toEqual([1, 1]);
  });

  it('orders by what steps wait for', () => {
    answer('create-vpc', 'vpc-1');
    const { calls, status } = run(
      render(change('b', 'CreateTags', { Resources: [{ $ref: 'a#VpcId' }] }), change('c', 'DeleteVpc', {}, { after: ['b'] }), change('a', 'CreateVpc', {})),
    );
    expect(status).toBe(0);
    expect(calls.map((call) => call.operation)).toEqual(['create-vpc', 'create-tags', 'delete-vpc']);
  });

  it('runs the fallback only on its codes', () => {
    const steps = [
      change('m', 'CreateVpc', {}),
      change('i', 'CreateSubnet', {}, { instead: { of: 'm', on: ['LimitExceededException'] } }),
      change('k', 'DeleteVpc', {}, { needs: ['m'] }),
    ];
    expect(run(render(...steps)).calls.map((call) => call.operation)).toEqual(['create-vpc', 'delete-vpc']);
    fails('create-vpc', 'LimitExceeded');
    expect(run(render(...steps)).calls.map((call) => call.operation)).toEqual(['create-vpc', 'create-subnet', 'delete-vpc']);
    fails('create-vpc', 'AccessDenied');
    expect(run(render(...steps))).toMatchObject({ status: 1, calls: [{ operation: 'create-vpc' }] });
  });

  it('believes "already there" only when the probe shows it, and takes the id from there', () => {
    const steps = [
      change(
        'g',
        'CreateSecurityGroup',
        { GroupName: 'x' },
        {
          already: ['InvalidGroup.Duplicate'],
          probe: {
            call: { service: 'ec2', operation: 'DescribeSecurityGroups', region: 'eu-west-1', input: {} },
            pick: { from: 'SecurityGroups', where: [{ path: 'GroupName', is: { $ref: 'self#GroupName' } }] },
            done: [{ path: 'length(@)', is: 1 }],
            output: '[0].{GroupId: GroupId}',
          },
        },
      ),
      change('t', 'CreateTags', { Resources: [{ $ref: 'g#GroupId' }] }),
    ];
    fails('create-security-group', 'InvalidGroup.Duplicate');
    answer('describe-security-groups', 'sg-1');
    const ran = run(render(...steps));
    expect(ran.status).toBe(0);
    expect(ran.calls[1]?.query).toBe(
      "(SecurityGroups)[?((GroupName) == `\"x\"`)] | [((((length(@)) == `1`)) && 'done' || 'missing'), to_string([[0].{GroupId: GroupId} | GroupId])]",
    );
    expect(ran.calls[2]?.input).toEqual({ Resources: ['sg-1'] });
    writeFileSync(join(dir, 'answer.describe-security-groups'), '[\n    "missing",\n    "[null]"\n]\n');
    expect(run(render(...steps))).toMatchObject({ status: 1, calls: [{}, {}] });
  });

  it('waits in a loop, and knows late from refused', () => {
    const wait: Step = {
      id: 'w',
      why: text('w', 'w'),
      read: { service: 'ec2', operation: 'DescribeSnapshots', region: 'eu-west-1', input: {} },
      until: [{ path: 'Snapshots[].State', is: ['completed', 'completed'] }],
      fail: [{ path: "length(Snapshots[?State=='error']) > `0`", is: true }],
      lag: ['InvalidSnapshot.NotFound'],
      every: 0.01,
      limit: 1,
    };
    fails('describe-snapshots', 'InvalidSnapshot.NotFound', true);
    answer('describe-snapshots');
    // A busy machine may need more than a second for two turns.
    const ran = run(render({ ...wait, limit: 60 }, change('n', 'CreateTags', {}, { needs: ['w'] })));
    expect(ran.calls.map((call) => call.operation)).toEqual(['describe-snapshots', 'describe-snapshots', 'create-tags']);
    writeFileSync(join(dir, 'answer.describe-snapshots'), '[\n    "waiting"\n]\n');
    expect(run(render(wait)).status).toBe(3);
    writeFileSync(join(dir, 'answer.describe-snapshots'), '[\n    "failed"\n]\n');
    expect(run(render(wait)).status).toBe(1);
    fails('describe-snapshots', 'UnauthorizedOperation');
    expect(run(render(wait)).status).toBe(1);
  });

  it('goes on after a failed step that others only come after, and says so in the end', () => {
    fails('create-vpc', 'UnauthorizedOperation');
    const ran = run(render(change('open', 'CreateVpc', {}), change('close', 'DeleteVpc', {}, { after: ['open'] })));
    expect(ran.calls.map((call) => call.operation)).toEqual(['create-vpc', 'delete-vpc']);
    expect(ran.status).toBe(1);
  });

  it('carries out every plan of several, and remembers the worst end', () => {
    const both = renderCli([plan(change('a', 'CreateVpc', {})), plan(change('b', 'CreateTags', {}))], { caseId: 'C-1', apply: 'a1' });
    const fine = run(both);
    expect([fine.status, fine.calls.map((call) => call.operation)]).toEqual([0, ['create-vpc', 'create-tags']]);
    fails('create-vpc', 'UnauthorizedOperation');
    const first = run(both);
    expect([first.status, first.calls.map((call) => call.operation)]).toEqual([1, ['create-vpc', 'create-tags']]);
    fails('create-tags', 'UnauthorizedOperation');
    expect(run(both).status).toBe(1);
  });

  it('has a comment where there is no command', () => {
    const person = change('p', 'Paste', {});
    const script = render(
      { ...person, call: { service: 'person', operation: 'Paste\nrm -rf /', region: '', input: {} } },
      change('b', 'CreateTags', { R: { $ref: 'p#id' } }),
    );
    expect(script).toContain('# no aws command: person Paste');
    const ran = run(script);
    expect([ran.status === 0, ran.calls]).toEqual([false, []]);
    expect(ran.stderr).toContain('set it to the JSON text of p#id');
  });

  it('prints nothing but ASCII commands that bash can parse', () => {
    const script = render(change('día\u202e\u001b[2J', 'CreateTags', { Value: 'ñ\u2028' }));
    const code = script
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n');
    expect(/[^\n -~]/.exec(code)).toBeNull();
    execFileSync('bash', ['-n'], { input: script });
  });
});
