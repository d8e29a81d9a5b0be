import type { Lang, Text } from '../kernel/text.ts';

/** The sentence in the reader's language. */
export const say = (sentence: Text, lang: Lang): string => sentence[lang];

/**
 * The language to speak: what was asked for, else what the environment's locale says, else English.
 * @example chooseLang(undefined, { LANG: 'es_ES.UTF-8' }) // 'es'
 */
export function chooseLang(asked: string | undefined, env: Readonly<Record<string, string | undefined>> = {}): Lang {
  const locale = asked ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || '');
  return /^es(?:[_.@-]|$)/i.test(locale) ? 'es' : 'en';
}
