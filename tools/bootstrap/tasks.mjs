/** The tasks of the root package.json. Each returns an exit code. */

import { join, resolve } from 'node:path';
import { runCommand } from './command.mjs';
import { installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { readTestReports, removeTestReports } from './test-reports.mjs';
import { formatClosingLine, sumTestReports } from './test-summary.mjs';
import { listSkipped, prepareTestTools, WITH_PACKAGES } from './test-tools.mjs';

/** What `npm start` shows: the transformer's r-pentomino, cell for cell against the engine. */
const SHOWN_BY_START =
  'predict r-pentomino --rule B3/S23:T32,32 -n 36 --compare --require-exact'.split(' ');

/** What to type after it, and where to read. */
export const NEXT_STEPS = [
  'next: npx lifegpt train    a model of your own, in about a minute (docs/guide.md)',
  '      npx lifegpt --help   all commands (docs/cli.md)',
  '      npm run web          the same in a browser',
];

const root = resolve(import.meta.dirname, '../..');
const programs = join(root, 'node_modules/.bin');
const lock = join(root, '.nx/bootstrap.lock');
const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
  ONNXRUNTIME_NODE_INSTALL: 'skip',
};

/** Installs and builds; a second one at the same time waits. */
export function build(_given, say) {
  return withLock(lock, say, async () => {
    await installDependencies(root, env, say);
    say('building (nx run-many -t build)');
    const code = await runNx(['build'], { stdout: 'stderr' });
    if (code !== 0) say('the build failed; its messages are above');
    return code;
  });
}

/** Builds, then runs the command line: with the given arguments, or the demonstration. */
export async function start(given, say) {
  const code = await build([], say);
  if (code !== 0) return code;
  const shown = given.length > 0 ? given : SHOWN_BY_START;
  say(`lifegpt ${shown.join(' ')}`);
  const main = join(root, 'packages/cli/bin/lifegpt.js');
  const shownCode = await runCommand(process.execPath, [main, ...shown], { env: process.env });
  if (given.length === 0 && shownCode === 0) process.stderr.write(`\n${NEXT_STEPS.join('\n')}\n`);
  return shownCode;
}

/**
 * Builds, type-checks, lints, tests, and closes with what was skipped and the number of tests. The format is checked meanwhile, which
 * takes seconds and ends the run where it is not kept.
 * `--with-system-packages` installs what some tests drive.
 */
export function test(given, say) {
  const unknown = given.find((word) => word !== WITH_PACKAGES);
  if (unknown !== undefined) throw new Error(`npm test takes ${WITH_PACKAGES}, not ${unknown}`);
  return withLock(lock, say, async () => {
    await installDependencies(root, env, say);
    const tools = await prepareTestTools(env, say, given.includes(WITH_PACKAGES));
    const skipped = listSkipped(tools);
    skipped.forEach(say);
    removeTestReports(root);
    const tasks = ['build', 'typecheck', 'lint', 'test'];
    say(`checking (prettier --check . and nx run-many -t ${tasks.join(' ')})`);
    const format = startFormatCheck();
    const checked = await runNx(tasks, { env: { ...env, ...tools }, signal: format.failed });
    if ((await format.code) !== 0) {
      say('failed: format; npm run format mends it, the rest was not tried to its end');
      process.stdout.write(`${formatClosingLine({ passed: 0, failed: 1, skipped: 0 })}\n`);
      return 1;
    }
    const failedChecks =
      checked === 0 ? [] : ['build, typecheck, lint or test (nx names the tasks above)'];
    const summary = sumTestReports(readTestReports(root), failedChecks);
    for (const note of [...summary.notes, ...skipped]) say(note);
    process.stdout.write(`${formatClosingLine(summary)}\n`);
    return summary.failed === 0 ? 0 : 1;
  });
}

/** The tests that take minutes, and that `npm test` leaves out: files, and the package that each is run in. */
const SLOW_TESTS = [
  ['tools', 'docs/commands.test.mjs'],
  ['tools', 'examples/examples.test.mjs'],
  ['tools', 'release/packages.test.mjs'],
  ['packages/cli', 'test/examples.test.ts'],
  ['packages/cli', 'test/wasm.test.ts'],
  ['packages/model', 'test/devices.test.ts'],
  ['packages/web', 'e2e/quality.test.ts'],
  ['packages/web', 'e2e/train.test.ts'],
];

/** Builds, then runs the slow tests to their end, whatever becomes of the first. */
export async function slow(_given, say) {
  const code = await build([], say);
  if (code !== 0) return code;
  const tools = await prepareTestTools(env, say, false);
  listSkipped(tools).forEach(say);
  const codes = [];
  for (const [folder, file] of SLOW_TESTS) {
    const surroundings = { ...env, ...tools, LIFEGPT_SLOW_TESTS: '1' };
    const cwd = join(root, folder);
    codes.push(
      await runCommand(join(programs, 'vitest'), ['run', file], { cwd, env: surroundings }),
    );
  }
  return Math.max(...codes);
}

/** Checks the format beside other work: `failed` ends that where the format is not kept. */
function startFormatCheck() {
  const stop = new AbortController();
  const given = ['--check', '--log-level=warn', '.'];
  const code = runCommand(join(programs, 'prettier'), given, { cwd: root });
  void code.then((end) => end !== 0 && stop.abort());
  return { code, failed: stop.signal };
}

function runNx(tasks, options) {
  const given = ['run-many', '-t', ...tasks, '--outputStyle=static'];
  return runCommand(join(programs, 'nx'), given, { cwd: root, env, ...options });
}
