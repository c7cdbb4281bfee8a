/** `lifegpt extract`: the algorithm that proved weights hold, and a run of it. */

import {
  compareGrids,
  CONWAY,
  createGrid,
  InputError,
  openStream,
  topologyOfToken,
  type Grid,
  type PromptHeader,
} from '@lifegpt/core';
import {
  certify,
  compileExtracted,
  countClasses,
  decodeJacobi,
  drawRule,
  extractAlgorithm,
  isComplete,
  loadModel,
  predictBatch,
  stateClaim,
  type Extracted,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { extname } from 'node:path';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import {
  DEFAULT_MODEL,
  listModelFiles,
  openHashedModel,
  type HashedModel,
} from '../model-argument.js';
import { checkOutputFile, describeUnwritten, writeOutputFile } from '../output-file.js';
import { goThrough, prove } from '../proof-steps.js';
import { createRuntime } from '../runtime.js';
import { writeExtractedPage, type ExtractedRuns } from '../terminal/extracted-page.js';

interface ExtractFlags {
  readonly model: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerExtract(program: Command, context: CommandContext): void {
  program
    .command('extract')
    .description('read the algorithm off weights that are proved, and run it')
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--out <file>', 'write it: .json, or a page to read as .md')
    .option('--json', 'print one JSON object instead of the page')
    .action((flags: ExtractFlags) => runExtract(flags, context));
  addExamples(program, 'extract', [
    ['', 'which cells the weights of life read, and which bit they ask for'],
    ['--out algorithm.json', 'the same for programs; a .md file is the page to read'],
  ]);
}

async function runExtract(
  { model: name, out, json }: ExtractFlags,
  context: CommandContext,
): Promise<void> {
  if (out !== undefined) {
    await checkOutputFile(out, ['.json', '.md'], await listModelFiles(name));
    context.leave(describeUnwritten(out));
  }
  const model = await openHashedModel(name);
  const certified = certify(name, model.hashes, await prove(model, context));
  if (!isComplete(certified)) {
    throw new InputError(
      `nothing is read off model ${name}: not all of its classes are proved; lifegpt certify --model ${name} says which`,
    );
  }
  const algorithm = await goThrough(
    extractAlgorithm(model.folder),
    { label: 'extract', total: countClasses(model.folder), show: (cells) => cells },
    context,
  );
  const runs = await runPrograms(algorithm, model, context);
  const page = writeExtractedPage(certified.model, algorithm, runs);
  const data = JSON.stringify(
    {
      format: 'lifegpt-algorithm-1',
      model: certified.model,
      proved: stateClaim(certified),
      files: certified.files,
      ...algorithm,
      runs,
    },
    null,
    json === true && out === undefined ? 0 : 2,
  );
  if (out !== undefined) {
    await writeOutputFile(out, extname(out).toLowerCase() === '.json' ? `${data}\n` : page);
    context.talk(`wrote ${out}`);
  }
  if (json === true) context.printData(data);
  else if (out === undefined) context.print(page);
  if (runs.wrongCells + runs.modelWrongCells > 0) context.fail();
}

/** Sides of the boards that are run. */
const SIDES = [1, 2, 3, 5, 8, 13, 40] as const;
const [GENERATIONS, LARGE, LARGE_GENERATIONS] = [16, 4096, 256];

/** Runs the program beside the engine on all topologies, and one step of it beside the model. */
async function runPrograms(
  algorithm: Extracted,
  { folder }: HashedModel,
  { signal }: CommandContext,
): Promise<ExtractedRuns> {
  const engine = await loadEngine();
  const model = await loadModel(folder, await createRuntime('cpu'));
  const random = openStream(1, 'boards of an extracted program');
  const counts = { boards: 0, wrongCells: 0, modelWrongCells: 0 };
  try {
    for (const { topology: token } of algorithm.topologies) {
      const topology = topologyOfToken(token);
      for (const [i, height] of SIDES.entries()) {
        signal.throwIfAborted();
        const width = token === 'S' ? height : SIDES[(i + 2) % SIDES.length]!;
        const cells = Uint8Array.from({ length: width * height }, () => random.nextInt(2));
        const grid = createGrid(width, height, cells);
        const rule: PromptHeader['rule'] =
          i % 2 === 0
            ? drawRule(random)
            : { table: Uint8Array.from({ length: 512 }, () => random.nextInt(2)) };
        const locate = compileExtracted(algorithm, token, width, height);
        const run = (generations: number): Grid =>
          engine.stepAround(grid, rule, generations, locate);
        counts.boards++;
        counts.wrongCells += compareGrids(
          run(GENERATIONS),
          engine.step(grid, rule, GENERATIONS, topology),
        ).wrongCells;
        const { answers } = await predictBatch(model, [grid], {
          headers: [{ rule, topology }],
          decode: decodeJacobi,
          signal,
        });
        counts.modelWrongCells += compareGrids(run(1), answers[0]!.grid).wrongCells;
      }
    }
  } finally {
    await model.release();
  }
  return { ...counts, generations: GENERATIONS, cellsPerSecond: timeProgram(algorithm, engine) };
}

/** Cells a second on a large board of the first topology, without what it takes to lay the board out. */
function timeProgram(algorithm: Extracted, engine: SimdLife): number {
  const locate = compileExtracted(algorithm, algorithm.topologies[0]!.topology, LARGE, LARGE);
  const random = openStream(2, 'a large board');
  const cells = Uint8Array.from({ length: LARGE ** 2 }, () => random.nextInt(2));
  const grid = createGrid(LARGE, LARGE, cells);
  const run = (generations: number): number => {
    const start = performance.now();
    engine.stepAround(grid, CONWAY, generations, locate);
    return (performance.now() - start) / 1000;
  };
  run(1); // the kernels are compiled, the memory is there
  return (LARGE ** 2 * LARGE_GENERATIONS) / (run(LARGE_GENERATIONS) - run(0));
}
