import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderCli } from '../../src/aws/index.ts';
import { type Call, type Change, type Json, type Plan, type Probe, text, tokenOf } from '../../src/kernel/index.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addUser, createAccount, iamTables, type KeyRow, newWorld } from '../../src/lab/world/index.ts';
import { awsClis, bash } from './aws-cli.ts';

const REGION = 'eu-west-1';
const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const clis = awsClis('that a printed plan with every kind of step is carried out');

let lab: RunningLab;
let key: KeyRow;
let dir: string;
beforeEach(async () => {
  const world = newWorld({ seed: 'print-cli' });
  const account = createAccount(world, { id: '111122223333', name: 'Example' });
  addUser(world, account, { name: 'responder', inline: { all } });
  key = addAccessKey(world, account, 'responder');
  lab = await startLab({ world });
  dir = mkdtempSync(join(tmpdir(), 'aplomb-print-'));
});
afterEach(async () => {
  await lab?.close();
  rmSync(dir, { recursive: true, force: true });
});

const call = (service: string, operation: string, input: Json): Call => ({ service, operation, region: service === 'iam' ? 'us-east-1' : REGION, input });
const change = (id: string, what: Call, probe: Probe, more: Partial<Change> = {}): Change => ({
  id,
  why: text(`do ${id}`, `hacer ${id}`),
  call: what,
  repeat: 'safe',
  probe,
  undo: { never: text('no', 'no') },
  danger: [],
  ...more,
});
test.each(clis)(
  'the $name aws CLI $version carries out a printed plan: refs, waits, paging, a fallback, marks and hostile values',
  async (cli) => {
    const caller = { endpoint: lab.url, accessKeyId: key.id, secretAccessKey: key.secret };
    lab.world.settings.pageSize = 5;
    const HOSTILE = `it's "quoted" $(touch pwned) \`id\` \\ !! é`;
    const groups = (id: Json) => call('ec2', 'DescribeSecurityGroups', { GroupIds: [id] });
    const rules = call('ec2', 'DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [{ $ref: 'sg#GroupId' }] }] });
    const vpc = call('ec2', 'DescribeVpcs', {});
    const sg: Probe = {
      call: call('ec2', 'DescribeSecurityGroups', { Filters: [{ Name: 'group-name', Values: ['ir-group'] }] }),
      done: [{ path: 'length(SecurityGroups)', is: 1 }],
      output: 'SecurityGroups[0].{GroupId: GroupId}',
    };
    const user: Probe = { call: call('iam', 'ListUserPolicies', { UserName: 'victim' }), done: [{ path: 'PolicyNames', is: ['deny'] }] };
    const plan: Plan = {
      action: 'isolate',
      target: {},
      steps: [
        { id: 'vpc', why: text('the VPC', 'la VPC'), read: vpc, every: 1, limit: 10 },
        change('sg', call('ec2', 'CreateSecurityGroup', { GroupName: 'ir-group', Description: 'isolation', VpcId: { $ref: 'vpc#Vpcs[0].VpcId' } }), sg, {
          already: ['InvalidGroup.Duplicate'],
        }),
        {
          id: 'rules',
          why: text('wait', 'esperar'),
          read: rules,
          until: [
            { path: 'SecurityGroupRules[?IsEgress].IpProtocol', is: ['-1'] },
            { path: 'SecurityGroupRules[0].GroupId', is: { $ref: 'sg#GroupId' } },
          ],
          lag: ['InvalidGroup.NotFound'],
          every: 0.2,
          limit: 30,
        },
        change(
          'no-egress',
          call('ec2', 'RevokeSecurityGroupEgress', {
            GroupId: { $ref: 'sg#GroupId' },
            SecurityGroupRuleIds: { $ref: 'rules#SecurityGroupRules[?IsEgress].SecurityGroupRuleId' },
          }),
          { call: groups({ $ref: 'sg#GroupId' }), done: [{ path: 'SecurityGroups[0].IpPermissionsEgress', is: [] }] },
          { accept: [{ path: 'Return', is: true }] },
        ),
        change(
          'tag',
          call('ec2', 'CreateTags', {
            Resources: [{ $ref: 'sg#GroupId' }],
            Tags: [
              { Key: 'note', Value: HOSTILE },
              { Key: 'mark', Value: { $join: ['m-', { $token: true }] } },
            ],
          }),
          { call: groups({ $ref: 'sg#GroupId' }), done: [{ path: 'SecurityGroups[0].Tags[?Key==`note`].Value', is: [HOSTILE] }] },
          { needs: ['no-egress'] },
        ),
        change(
          'user',
          call('iam', 'CreateUser', { UserName: 'victim' }),
          { call: call('iam', 'GetUser', { UserName: 'victim' }), done: [{ path: 'User.UserName', is: 'victim' }] },
          { already: ['EntityAlreadyExists'] },
        ),
        change(
          'managed',
          call('iam', 'AttachUserPolicy', { UserName: 'victim', PolicyArn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }),
          { call: call('iam', 'ListAttachedUserPolicies', { UserName: 'victim' }), done: [{ path: 'length(AttachedPolicies)', is: 1 }] },
          { needs: ['user'] },
        ),
        change(
          'inline',
          call('iam', 'PutUserPolicy', {
            UserName: 'victim',
            PolicyName: 'deny',
            PolicyDocument: {
              $json: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': { $now: true } } } }],
              },
            },
          }),
          user,
          { needs: ['user'], instead: { of: 'managed', on: ['NoSuchEntity'] } },
        ),
      ],
    };
    const script = renderCli(plan, { caseId: 'CASE', apply: 'a1' });
    for (const round of [1, 2]) {
      // The second run finds everything there: it must prove it, take the ids from the proof, and change nothing twice.
      const ran = await bash(
        round === 1
          ? script
          : renderCli(
              {
                ...plan,
                steps: plan.steps
                  .filter((step) => ['vpc', 'sg', 'tag', 'user'].includes(step.id))
                  .map((step) => (step.id === 'tag' ? { ...step, needs: [] } : step)),
              },
              { caseId: 'CASE', apply: 'a1' },
            ),
        cli,
        caller,
        dir,
      );
      expect(ran).toEqual({ status: 0, stdout: '', stderr: '' });
      const account = lab.world.accounts['111122223333']!;
      const made = Object.values(account.regions[REGION]!.tables.securityGroups ?? {}).filter((row: any) => JSON.stringify(row).includes('ir-group'));
      expect(made.length).toBe(1);
      const seen = JSON.stringify(account.regions[REGION]!.tables);
      expect(seen).toContain(JSON.stringify(HOSTILE).slice(1, -1));
      expect(seen).toContain(`m-${tokenOf('CASE', 'a1', 'tag')}`);
      expect(JSON.stringify(iamTables(account))).toContain('aws:TokenIssueTime');
    }
    const effects = lab.world.effects.map((effect) => effect.operation);
    expect(effects.filter((operation) => operation === 'CreateSecurityGroup').length).toBe(1);
    expect(effects.filter((operation) => operation === 'RevokeSecurityGroupEgress').length).toBe(1);
  },
  120_000,
);
