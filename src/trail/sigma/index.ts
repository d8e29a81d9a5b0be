export { type CompiledRule, type CompiledRules, compile, compileAll, judgeShape, type Shape, type Verdict } from './compile.ts';
export { type Correlator, correlator, suppressed } from './correlate.ts';
export type { Placeholders } from './encode.ts';
export { readRulesFrom } from './files.ts';
export { type SigmaHit, sigmaHit } from './hit.ts';
export { caveatOf, ignoresOutcome, isStrictHit, TUNINGS, type Tuning, tuningOf } from './overlay.ts';
export { readRules } from './read.ts';
export type { RuleFile, RuleSet, SigmaCorrelation, SigmaHead, SigmaRule, Unsupported } from './rule.ts';
