/** The command line's modules as they were built: it exports none, being a program. */

/** @param {string} path below its `dist` */
export const loadBuilt = (path) =>
  import(new URL(path, new URL('../../packages/cli/dist/', import.meta.url)).href);
