import { expect, it } from 'vitest';
import type { JsonObject, Lang } from '../../kernel/index.ts';
import type { Model } from '../model.ts';
import { score } from './score.ts';

const shown = (seen: JsonObject | null, lang: Lang = 'en'): string =>
  (score({ score: seen } as Model, lang)?.text ?? '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const SCORE = {
  found: 40,
  missed: ['AWS::EC2::Instance i-1 (eu-north-1)'],
  falseAlarms: [],
  changedFound: 3,
  changedMissed: ['AWS::IAM::Role <b>Ops</b> (global)'],
  contained: true,
  secondsToContain: 61,
  rounds: 2,
  recreated: { made: 2, caught: 1, missed: ['CreateAccessKey AKIAQ2BACKDQQR234567'] },
};

it('tells what was found and missed of what he made and changed, and whether he struck back', () => {
  const text = shown(SCORE);
  expect(text).toContain('Found 40 of 41');
  expect(text).toContain('Changed, found 3 of 4 Changed, missed AWS::IAM::Role &lt;b&gt;Ops&lt;/b&gt; (global)');
  expect(text).toContain('The attacker struck back 2 times; taken from him again 1 (2 rounds) not taken back: CreateAccessKey AKIAQ2BACKDQQR234567');
  expect(shown(SCORE, 'es')).toContain('El atacante contraatacó 2 veces; se le quitó de nuevo 1 (2 pasadas) sin quitar:');
  expect(shown({ ...SCORE, changedMissed: [], recreated: { made: 0, caught: 0, missed: [] }, rounds: 1 })).toMatch(
    /Changed, found 3 of 3 Changed, missed – The attacker struck back no Contained/,
  );
});
it('says nothing of what a score of an earlier version does not know, nor of a case that was no rehearsal', () => {
  expect(shown({ found: 1, missed: [], falseAlarms: [], contained: false, secondsToContain: null })).not.toMatch(/Changed|struck/);
  expect(shown(null)).toBe('');
});
