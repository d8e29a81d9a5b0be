/** Name and version as written into evidence; a test holds it equal to package.json. */
export const VERSION = '0.1.0';
export const TOOL = `aplomb ${VERSION}`;
