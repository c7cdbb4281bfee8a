/**
 * `lifegpt` that stays: runs one command after the other, each in its folder, as `main.ts` runs one. Requests come on stdin and answers go to
 * descriptor 3, a line of JSON each; the end of stdin ends it. What a process costs to start (Node, the code, ONNX Runtime) is
 * paid once a test file.
 */

import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { runProgram } from '../dist/program.js';

/** A stream that remembers what was written. */
function createMemory() {
  const pieces = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (piece, _, done) => {
      pieces.push(String(piece));
      done();
    },
  });
  return { stream, read: () => pieces.join('') };
}

/** Writes all of a text: a pipe may take less at once. */
function answer(text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(3, bytes, at);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { folder, given, milliseconds } = JSON.parse(line);
  process.chdir(folder);
  const [stdout, stderr] = [createMemory(), createMemory()];
  const code = await runProgram(given, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: process.env,
    signal:
      milliseconds === undefined ? new AbortController().signal : AbortSignal.timeout(milliseconds),
  });
  answer(`${JSON.stringify({ code, stdout: stdout.read(), stderr: stderr.read() })}\n`);
}
process.exit();
