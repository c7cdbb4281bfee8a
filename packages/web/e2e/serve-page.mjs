/** The page's server, as `npm run web` starts it: the command line's, without any model. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('bin/lifegpt.js', import.meta.resolve('lifegpt/package.json')));

/**
 * Serves a page on a free port of loopback.
 * @param {string} root folder of the page
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function servePage(root = fileURLToPath(new URL('../dist/page', import.meta.url))) {
  const given = ['serve', '--page', root, '--port', '0', '--json'];
  const child = spawn(process.execPath, [MAIN, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  if (typeof line !== 'string') throw new Error(`lifegpt serve --page did not start: ${stderr}`);
  return { url: `${JSON.parse(line).url}/`, close: () => void child.kill() };
}
