export { count, duration, many, size, time } from './format.ts';
export { plainText } from './plain.ts';
export { chooseLang, say } from './say.ts';
