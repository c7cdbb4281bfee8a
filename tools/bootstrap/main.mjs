/**
 * `npm start`, `npm test` and `npm run build` from a fresh clone: set up what is missing, then do
 * the work. Node built-ins only, since this runs before anything is installed; and the rest is
 * loaded after the version check, so that an old Node gets a sentence and not a syntax error.
 */

import { requireNode } from './node-version.mjs';

function say(line) {
  process.stderr.write(`bootstrap: ${line}\n`);
}

try {
  requireNode(process.versions.node);
  const tasks = await import('./tasks.mjs');
  const [name, ...given] = process.argv.slice(2);
  if (!Object.keys(tasks).includes(name)) {
    throw new Error(`there is no task '${name}'; there are ${Object.keys(tasks).join(', ')}`);
  }
  process.exitCode = await tasks[name](given, say);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
