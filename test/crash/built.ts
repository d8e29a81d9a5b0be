/** What `npm run build` made: the same code as the responder's, in this process. */
export const loadBuilt = <T>(path: string): Promise<T> => import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<T>;
