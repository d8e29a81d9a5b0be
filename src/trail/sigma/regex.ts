import { text } from '../../kernel/index.ts';
import { type Assertion, type CharSet, type Expression, type Flags, parseRegex } from './regex-parse.ts';
import { Unrunnable } from './rule.ts';

/** One step of the machine: go on at all of `next` (without `set` and `assertion`), or when the character or the place fits. */
interface Step {
  readonly set?: (code: number) => boolean;
  readonly assertion?: Assertion;
  readonly next: number[];
}
/** A set of steps reached, and where each character leads. */
interface State {
  readonly steps: readonly number[];
  readonly before: Before;
  readonly after: Map<number, State>;
}
/** What the character before the place was. */
type Before = 'start' | 'newline' | 'word' | 'other';

const LIMITS = { steps: 2000, states: 500, transitions: 20_000, chars: 4 * 1024 * 1024 } as const;
const FOUND = -1;
/** Beyond UTF-16: the newline that is the last character, and the end. */
const LAST_NEWLINE = 0x10000;
const END = 0x10001;
const NONE: readonly number[] = [];

/**
 * Compiles a regular expression that comes from a rule into a search of a text. No JavaScript RegExp is made of it: all ways through the
 * expression are followed at once, character by character, so no text can make it backtrack; time is proportional to the length of the text
 * times at most the size of the expression (2,000 steps), and memory is bounded. Beyond 4 Mi characters a text is not looked at.
 * @throws Unrunnable for what cannot be followed that way (look-around, back references)
 */
export function regexTest(source: string, flags: Flags): (haystack: string) => boolean {
  const program = assemble(parseRegex(source, flags));
  const seesBefore = program.some((step) => step.assertion !== undefined);
  let states = new Map<string, State>();
  let transitions = 0;
  const stateOf = (steps: readonly number[], before: Before): State => {
    const key = `${before}:${steps.join()}`;
    const known = states.get(key);
    if (known) return known;
    if (states.size >= LIMITS.states) states = new Map();
    const state: State = { steps, before, after: new Map() };
    states.set(key, state);
    return state;
  };
  const FOUND_STATE: State = { steps: [FOUND], before: 'other', after: new Map() };
  const NOT_FOUND: State = { steps: NONE, before: 'other', after: new Map() };
  const follow = (state: State, code: number): State => {
    const reached = closure(program, state.steps, state.before, code);
    if (reached === undefined) return FOUND_STATE;
    if (code === END) return NOT_FOUND;
    const char = code === LAST_NEWLINE ? 10 : code;
    const next = new Set<number>();
    for (const index of reached) if (program[index]!.set!(char)) for (const target of program[index]!.next) next.add(target);
    return stateOf(
      [...next].sort((a, b) => a - b),
      seesBefore ? beforeOf(char) : 'other',
    );
  };
  return (haystack) => {
    const length = Math.min(haystack.length, LIMITS.chars);
    let state = stateOf(NONE, seesBefore ? 'start' : 'other');
    for (let index = 0; index <= length; index++) {
      const unit = index === length ? END : haystack.charCodeAt(index);
      const code = unit === 10 && index === length - 1 ? LAST_NEWLINE : unit;
      let next = state.after.get(code);
      if (next === undefined) {
        if (++transitions > LIMITS.transitions) {
          transitions = 0;
          states = new Map();
          state = stateOf(state.steps, state.before);
        }
        next = follow(state, code);
        state.after.set(code, next);
      }
      if (next === FOUND_STATE) return true;
      state = next;
    }
    return false;
  };
}

const isWord = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
const beforeOf = (code: number): Before => (code === 10 ? 'newline' : isWord(code) ? 'word' : 'other');

/** Steps that wait for a character, from the given ones and from the beginning (a match may start anywhere); undefined when the end is reached. */
function closure(program: readonly Step[], from: readonly number[], before: Before, code: number): number[] | undefined {
  const seen = new Uint8Array(program.length);
  const stack = [0, ...from];
  const waiting: number[] = [];
  while (stack.length > 0) {
    const index = stack.pop()!;
    if (seen[index]) continue;
    seen[index] = 1;
    if (index === program.length - 1) return undefined;
    const step = program[index]!;
    if (step.set) waiting.push(index);
    else if (step.assertion === undefined || holds(step.assertion, before, code)) stack.push(...step.next);
  }
  return waiting;
}
function holds(assertion: Assertion, before: Before, code: number): boolean {
  switch (assertion) {
    case 'textStart':
      return before === 'start';
    case 'lineStart':
      return before === 'start' || before === 'newline';
    case 'veryEnd':
      return code === END;
    case 'textEnd':
      return code === END || code === LAST_NEWLINE;
    case 'lineEnd':
      return code === END || code === LAST_NEWLINE || code === 10;
    default:
      return ((before === 'word') !== isWord(code)) === (assertion === 'boundary');
  }
}

/** Thompson's construction; the last step is the match. */
function assemble(expression: Expression): Step[] {
  const program: Step[] = [];
  const add = (step: Step): number => {
    if (program.length >= LIMITS.steps)
      throw new Unrunnable(
        text('the regular expression cannot be used: its repetitions are too many', 'la expresión regular no se puede usar: sus repeticiones son demasiadas'),
      );
    return program.push(step) - 1;
  };
  /** Adds the steps of an expression that begin at a new step; answers the open ends to be joined to what follows. */
  const build = (part: Expression, into: number[]): number[] => {
    if (part.is === 'set' || part.is === 'assertion') {
      const next: number[] = [];
      into.push(add(part.is === 'set' ? { set: member(part.set), next } : { assertion: part.assertion, next }));
      return next;
    }
    if (part.is === 'sequence') return part.of.reduce<number[]>((open, each) => build(each, open), into);
    if (part.is === 'choice') {
      const fork: number[] = [];
      into.push(add({ next: fork }));
      const join: number[] = [];
      const joined = add({ next: join });
      for (const each of part.of) build(each, fork).push(joined);
      return join;
    }
    let open = into;
    for (let count = 0; count < part.min; count++) open = build(part.of, open);
    const out: number[] = [];
    if (part.max === Infinity) {
      const loop: number[] = [];
      const head = add({ next: loop });
      open.push(head);
      build(part.of, loop).push(head);
      return loop;
    }
    const exit = add({ next: out });
    for (let count = part.min; count < part.max; count++) {
      const fork: number[] = [exit];
      open.push(add({ next: fork }));
      open = build(part.of, fork);
    }
    open.push(exit);
    return out;
  };
  const start: number[] = [];
  add({ next: start });
  build(expression, start).push(add({ next: [] }));
  return program;
}
function member(set: CharSet): (code: number) => boolean {
  const within = (code: number): boolean => set.ranges.some(([low, high]) => code >= low && code <= high);
  if (!set.ignoreCase) return (code) => within(code) !== set.negated;
  const other = (code: number, to: 'toLowerCase' | 'toUpperCase'): number => {
    const turned = String.fromCharCode(code)[to]();
    return turned.length === 1 ? turned.charCodeAt(0) : code;
  };
  return (code) => (within(code) || within(other(code, 'toLowerCase')) || within(other(code, 'toUpperCase'))) !== set.negated;
}
