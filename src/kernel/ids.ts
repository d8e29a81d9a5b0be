import { createHash } from 'node:crypto';

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The mark a change leaves in tags, comments and subjects: H(case, apply id, step), never the plan hash. */
export const tokenOf = (caseId: string, apply: string, step: string): string => sha256(`${caseId}|${apply}|${step}`).slice(0, 32);
