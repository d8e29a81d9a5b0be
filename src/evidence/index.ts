export { type CreateOptions, createCase, type OpenOptions, openCase } from './case.ts';
export { foldFacts } from './facts.ts';
export { evidenceItems, type NamedItem } from './items.ts';
export { configDir, ensureSigner, fingerprintOf, loadSigner, type Signer } from './keys.ts';
export { takeLease } from './lock.ts';
export { type CaseView, readCase } from './reader.ts';
export { takenBack } from './taken-back.ts';
export { type Problem, type Verification, type VerifyOptions, verifyCase } from './verify.ts';
export type { OpenCase } from './writer.ts';
