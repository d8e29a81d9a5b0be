/** Services for which no client package is installed, by signing name: modules that look like one. Loaded when first called. */
export const models: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  rbin: () => import('./rbin.ts'),
  rolesanywhere: () => import('./rolesanywhere.ts'),
  'security-ir': () => import('./security-ir.ts'),
};
