/** The program `lifegpt`: its streams, signals to stop, and exit code. */

import { setImmediate } from 'node:timers/promises';
import { explainWriting } from './output-file.js';
import { EXIT, runProgram } from './program.js';

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interruption.signal.aborted) process.exit(130); // asked twice: stop at once
    interruption.abort(new Error('interrupted'));
  });
}

// A reader that has seen enough (`lifegpt … | head`) is no failure of ours; a full disk behind stdout is one.
let isCut = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isCut) return;
    isCut = true;
    if (stream === process.stdout) {
      const { message } = explainWriting('stdout', error, 'what was printed is cut off') as Error;
      process.stderr.write(`error: ${message}\n`);
    }
  });
}

const code = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interruption.signal,
});
// errors of streams come a turn later than the writing
await setImmediate();
process.exitCode = isCut ? EXIT.failed : code;
