export type Lang = 'en' | 'es';
/** A sentence for people, in every language the product speaks. A missing language is a type error. */
export type Text = Readonly<Record<Lang, string>>;
/** @example text('Stop the instance', 'Detener la instancia') */
export const text = (en: string, es: string): Text => ({ en, es });
