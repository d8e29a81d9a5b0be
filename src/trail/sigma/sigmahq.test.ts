import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { attackRecords } from '../testing/shared.ts';
import { compile, compileAll } from './compile.ts';
import { readRulesFrom } from './files.ts';
import { sigmaHit } from './hit.ts';
import { ignoresOutcome, tuningOf } from './overlay.ts';
import type { RuleSet } from './rule.ts';

const RULES = join(process.env.APLOMB_SHARED_DATA ?? new URL('../../../../shared/data', import.meta.url).pathname, 'sigma-aws');
const present = existsSync(RULES);
if (!present) process.stderr.write(`NOT TESTED: no SigmaHQ rules at ${RULES} (set APLOMB_SHARED_DATA)\n`);
const records = present ? attackRecords() : undefined;

describe.skipIf(!present)('the AWS rules of SigmaHQ', () => {
  let set: RuleSet;
  beforeAll(async () => {
    set = await readRulesFrom(RULES);
  });
  it('load, each with author and licence', () => {
    expect(set.rules).toHaveLength(57);
    for (const rule of set.rules) {
      expect(rule.author, rule.id).not.toBe('');
      expect(rule.licence).toBe('Detection Rule License 1.1');
      expect(rule.uuid).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
  it('that cannot run are listed with the reason', () => {
    expect(Object.fromEntries(set.unsupported.map((each) => [each.rule, each.why.en]))).toEqual({
      aws_cloudtrail_console_login_success_from_susp_locations: 'it needs values for the placeholder %Legitimate_Countries%, and none are given',
      aws_ec2_download_userdata: expect.stringContaining('| count()'),
      aws_enum_backup: expect.stringContaining('| count()'),
      aws_enum_listing: expect.stringContaining('| count()'),
      aws_enum_network: expect.stringContaining('| count()'),
      aws_enum_storage: expect.stringContaining('| count()'),
      aws_lambda_function_created_or_invoked: expect.stringContaining('near'),
      aws_macic_evasion: expect.stringContaining('| count()'),
      aws_ses_messaging_enabled: expect.stringContaining('timeframe'),
    });
  });
  it('run with values for their placeholders', async () => {
    const filled = await readRulesFrom(RULES, { Legitimate_Countries: ['ES'], Legitimate_IP_Ranges: ['192.0.2.*'] });
    const login = compile(filled.rules.find((rule) => rule.id === 'aws_cloudtrail_console_login_success_from_susp_locations')!);
    const record = { eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' } };
    expect(login.match(record)).toBe(true);
    expect(login.match({ ...record, src_ip: '192.0.2.9' })).toBe(false);
  });
  it('known to be wrong are recognised', () => {
    expect(set.rules.filter((rule) => tuningOf(rule)).map((rule) => rule.id)).toEqual([
      'aws_delete_saml_provider',
      'aws_iam_backdoor_users_keys',
      'aws_sts_assumerole_misuse',
      'aws_update_login_profile',
    ]);
    expect(set.rules.filter(ignoresOutcome).length).toBeGreaterThan(40);
  });
  it.each<[string, TrailRecord]>([
    [
      'aws_iam_s3browser_templated_s3_bucket_policy_creation',
      {
        eventSource: 'iam.amazonaws.com',
        eventName: 'PutUserPolicy',
        userAgent: 'S3 Browser/10.8.1',
        requestParameters: { policyDocument: '{"Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::<YOUR-BUCKET-NAME>/*"]}]}' },
      },
    ],
    [
      'aws_disable_bucket_versioning',
      { eventSource: 's3.amazonaws.com', eventName: 'PutBucketVersioning', requestParameters: { VersioningConfiguration: { Status: 'Suspended' } } },
    ],
    [
      'aws_rds_public_db_restore',
      { eventSource: 'rds.amazonaws.com', eventName: 'RestoreDBInstanceFromDBSnapshot', responseElements: { publiclyAccessible: true } },
    ],
    [
      'aws_cloudtrail_guardduty_detector_deleted_or_updated',
      { eventSource: 'guardduty.amazonaws.com', eventName: 'UpdateDetector', requestParameters: { enable: false } },
    ],
    [
      'aws_ecs_task_definition_cred_endpoint_query',
      {
        eventSource: 'ecs.amazonaws.com',
        eventName: 'RegisterTaskDefinition',
        requestParameters: { containerDefinitions: [{}, { command: ['-c', 'curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] }] },
      },
    ],
    [
      'aws_new_lambda_layer_attached',
      { eventSource: 'lambda.amazonaws.com', eventName: 'UpdateFunctionConfiguration20150331v2', requestParameters: { layers: ['arn:aws:lambda:x'] } },
    ],
    [
      'aws_update_login_profile',
      { eventSource: 'iam.amazonaws.com', eventName: 'UpdateLoginProfile', userIdentity: { arn: 'a/bob' }, requestParameters: { userName: 'bob' } },
    ],
  ])('%s hits what it means', (id, record) => {
    const rule = compile(set.rules.find((each) => each.id === id)!);
    expect(rule.match(record)).toBe(true);
    expect(rule.match({ ...record, requestParameters: null, responseElements: null })).toBe(id === 'aws_update_login_profile');
  });
  it.skipIf(!records)('find in a real attack what is known to be there', () => {
    const many = compileAll(set.rules);
    const alone = set.rules.map(compile);
    const counts = new Map<string, number>();
    for (const [n, record] of records!.entries()) {
      const hits = many.match(record);
      expect(hits.map((rule) => rule.id)).toEqual(alone.filter((each) => each.match(record)).map((each) => each.rule.id));
      for (const rule of hits) {
        counts.set(rule.id, (counts.get(rule.id) ?? 0) + 1);
        expect(sigmaHit(rule, { n, record }).why.en).toContain(rule.author);
      }
    }
    expect(Object.fromEntries(counts)).toEqual({
      aws_enum_buckets: 3,
      aws_sts_assumerole_misuse: 76,
      aws_cloudtrail_new_route_added: 6,
      aws_cloudtrail_ssm_malicious_usage: 1,
      aws_cloudtrail_disable_logging: 6,
      aws_cloudtrail_vpc_flow_logs_deleted: 1,
      aws_cloudtrail_bucket_deleted: 5,
      aws_cloudtrail_security_group_change_ingress_egress: 6,
      aws_snapshot_backup_exfiltration: 2,
      aws_cloudtrail_console_login_success_without_mfa: 1,
      aws_iam_backdoor_users_keys: 2,
    });
  });
  it.skipIf(!records)('are judged by group almost always, and rightly', () => {
    const fields = ['eventSource', 'eventName', 'errorCode', 'userIdentity.type'] as const;
    const many = compileAll(set.rules);
    const alone = new Map(set.rules.map((rule) => [rule, compile(rule)]));
    let depends = 0;
    for (const record of records!) {
      const identity = record.userIdentity as { type?: string } | null | undefined;
      const shape = Object.fromEntries(fields.map((field) => [field, field === 'userIdentity.type' ? identity?.type : (record[field] ?? null)]));
      const verdict = many.judge(shape);
      depends += verdict.depends.length;
      for (const rule of set.rules) if (!verdict.depends.includes(rule)) expect(alone.get(rule)!.match(record), rule.id).toBe(verdict.yes.includes(rule));
    }
    expect(depends / (records!.length * set.rules.length)).toBeLessThan(0.06);
  });
});
