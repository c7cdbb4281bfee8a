/** `lifegpt predict`: the transformer writes the next states of a pattern, beside the truth. */

import { formatBoundedRule, formatCells, InputError } from '@lifegpt/core';
import {
  checkTrainedFor,
  createSampler,
  findStrategy,
  loadModel,
  predictStates,
  STRATEGIES,
  STRATEGY_NAMES,
  type Strategy,
  type LanguageModel,
  type Prediction,
  type TokenChooser,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { writeGif } from '../gif.js';
import { DEFAULT_MODEL, openModelFolder } from '../model-argument.js';
import { parseChoice, parseWholeNumber, refuseBeside, refuseIdle } from '../option-values.js';
import { checkMemory, type BoardUse } from '../memory.js';
import { checkOutputFile, describeUnwritten } from '../output-file.js';
import { PATTERN_ARGUMENT, readPatternArgument } from '../pattern-argument.js';
import { describeRun, PredictedRun } from '../predicted-run.js';
import { RANDOM } from '../random-board.js';
import { createRuntime } from '../runtime.js';
import { drawBoards } from '../terminal/board.js';
import { createPlayer } from '../terminal/in-place.js';
import { createProgress } from '../terminal/progress.js';

/** What `--decode` takes: every strategy, and two that go by one of them, with the engine's draft or with samples. */
const WAYS = [...STRATEGY_NAMES, 'speculative', 'sample'];
/** A draft is checked as Jacobi goes on from a guess; samples go by the plan where there is one, as near decoding does. */
const strategyOf = (way: string): Strategy =>
  findStrategy(way) ?? (way === 'sample' ? STRATEGIES.near : STRATEGIES.jacobi);

interface PredictFlags {
  readonly row?: string;
  readonly generations?: number;
  readonly model: string;
  readonly rule?: string;
  readonly decode?: string;
  readonly temperature?: string;
  readonly topK?: string;
  readonly seed?: string;
  readonly density?: string;
  readonly prompt?: string;
  readonly all?: boolean;
  readonly quiet?: boolean;
  readonly device: string;
  readonly compare?: boolean;
  readonly requireExact?: boolean;
  readonly gif?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerPredict(program: Command, context: CommandContext): void {
  program
    .command('predict')
    .description('let the transformer write the next states of a pattern')
    .argument('[pattern]', PATTERN_ARGUMENT)
    .option('--prompt <text>', 'instead of a pattern: the model’s own text, answered as it writes')
    .option('--density <p>', 'of a random board: the probability of a live cell (0.5)')
    .option('--row <k>', 'which board of a .csv file, from 1')
    .option(
      '-n, --generations <count>',
      'how many states to write, each from the one before (1)',
      (text) => parseWholeNumber('-n', text, 1, 1_000_000),
    )
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--rule <rule>', 'rule and board in Golly’s notation, e.g. B3/S23:T32,32')
    .option(
      '--decode <strategy>',
      `${STRATEGY_NAMES.map((name) => `${name} (${STRATEGIES[name].summary})`).join(', ')}, all of them the same tokens; ` +
        'speculative (verifies the engine’s draft) or sample; near where the model has a plan, else jacobi',
    )
    .option('--temperature <t>', 'sample at this temperature, 0 for the most likely (sample: 1)')
    .option('--top-k <k>', 'sample among the k most likely tokens')
    .option('--seed <number>', 'of the sample, and of a random board (1)')
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--compare', 'set the truth beside each prediction')
    .option('--require-exact', 'exit with 1 unless every cell is right (compares)')
    .option('--gif <file>', 'write an animation')
    .option('--all', 'on a terminal: one state below the other, instead of one board that moves')
    .option('--quiet', 'print the closing line alone; with --prompt the answer alone')
    .option('--json', 'print one JSON object')
    .action((pattern: string | undefined, flags: PredictFlags) =>
      flags.prompt === undefined
        ? runPredict(pattern, flags, context)
        : runPrompt(pattern, flags, flags.prompt, context),
    );
  addExamples(program, 'predict', [
    ['glider -n 8 --compare', 'a built-in pattern, eight states, beside the truth'],
    ['glider --rule B2n3/S23-q:C40,30 -n 9', 'any two-state rule of the 3x3 neighbourhood'],
    ['random --density 0.3 --seed 7 -n 20', 'a random board; the seed decides it'],
    ['pattern.rle --rule B3/S23:T24,20 -n 30 --gif run.gif', 'a file on a torus, as an animation'],
    ['states.csv --row 10 -n 9 --require-exact --json', 'fails unless every cell is right'],
    ['- --decode sample --temperature 0.5 --seed 7', 'a pattern from stdin, sampled'],
  ]);
}

/** Answers a text with a text. */
async function runPrompt(
  pattern: string | undefined,
  flags: PredictFlags,
  prompt: string,
  { printData, talk, signal }: CommandContext,
): Promise<void> {
  if (pattern !== undefined) {
    throw new InputError(`--prompt is instead of a pattern; leave '${pattern}' out`);
  }
  const idle = ['row', 'rule', 'density', 'seed', 'temperature', 'topK', 'compare'] as const;
  if (['sample', 'speculative'].includes(flags.decode ?? '')) {
    throw new InputError(
      `--decode ${flags.decode} takes no effect beside --prompt; choose near, jacobi or greedy`,
    );
  }
  const others = ['generations', 'requireExact', 'gif', 'all', 'json'] as const;
  refuseIdle(flags, [...idle, ...others], true, 'a pattern');
  readDecoding(flags.decode);
  const model = await loadModel(
    await openModelFolder(flags.model),
    await createRuntime(flags.device),
  );
  const strategy = chooseStrategy(flags.decode, model);
  const { answerPrompt } = await import('../raw-prompt.js');
  const { text, board } = await answerPrompt(model, prompt, strategyOf(strategy).decode, signal);
  if (flags.quiet !== true) talk(`${board}, model ${model.name}, ${strategy} decoding`);
  printData(text);
}

function readDecoding(name: string | undefined): void {
  if (name !== undefined) parseChoice('--decode', name, WAYS);
}

async function runPredict(
  pattern: string | undefined,
  flags: PredictFlags,
  context: CommandContext,
): Promise<void> {
  const { print, printJson, signal, terminal } = context;
  const { generations = 1, quiet = false } = flags;
  if (pattern === undefined) {
    throw new InputError('name a pattern, such as glider, or give the model’s text by --prompt');
  }
  readDecoding(flags.decode);
  refuseBeside(flags, ['all'], 'json', 'prints one object');
  refuseBeside(flags, ['all'], 'quiet', 'shows no board');
  const talk = quiet ? () => {} : context.talk;
  const showsBoards = flags.json !== true && !quiet;
  const choose = readSampling(flags, pattern === RANDOM);
  if (flags.gif !== undefined) {
    await checkOutputFile(flags.gif, ['.gif'], [pattern]);
    context.leave(describeUnwritten(flags.gif));
  }
  const { grid, rule, bounds, warnings } = await readPatternArgument(pattern, {
    ...flags,
    checkBoard: (board) => checkMemory(board, useOf(flags)),
  });
  warnings.forEach((warning) => talk(`warning: ${warning}`));
  const runtime = await createRuntime(flags.device);
  const model = await loadModel(await openModelFolder(flags.model), runtime);
  checkTrainedFor(model, grid, rule, bounds.topology);
  const strategy = chooseStrategy(flags.decode, model);
  const ruleText = formatBoundedRule(rule, bounds);
  const device = flags.device === 'auto' ? `${model.device} (${runtime.reason})` : model.device;
  talk(`${ruleText}, model ${model.name} on ${device}, ${strategy} decoding`);

  const compares = flags.compare === true || flags.requireExact === true;
  const truth = compares ? await loadEngine() : undefined;
  const run = new PredictedRun(grid, truth !== undefined);
  const { rows: _, ...stacked } = terminal;
  const show = createPlayer(print, flags.all === true ? stacked : terminal);
  if (showsBoards) show(drawBoards([{ caption: 'generation 0', grid }], terminal));
  // boards that come one after the other say how far it is
  const isWatched = showsBoards && terminal.rows !== undefined;
  const progress = createProgress(context.progress, 'predict', generations, 'generations');
  for await (const prediction of predictStates({
    model,
    rule,
    topology: bounds.topology,
    grid,
    generations,
    decode: strategyOf(strategy).decode,
    signal,
    ...(choose === null ? {} : { choose }),
    ...(strategy === 'speculative' ? { draft: await loadEngine() } : {}),
    ...(truth === undefined ? {} : { truth }),
  })) {
    run.add(prediction, flags.json === true || flags.gif !== undefined);
    if (showsBoards) show(drawPrediction(prediction, context));
    if (!isWatched) progress.update(prediction.generation);
  }
  progress.finish();

  if (flags.gif !== undefined) {
    await writeGif(flags.gif, run.states, run.truths, context);
    talk(`wrote ${flags.gif}`);
  }
  if (flags.json === true) {
    const { width, height } = grid;
    const { decode: costs, comparison } = run;
    const { acceptance, ...shared } = costs;
    const decoding = {
      strategy,
      device: model.device,
      ...shared,
      ...(acceptance === null ? {} : { acceptance }),
    };
    const states = run.states.map(formatCells);
    printJson({
      model: model.name,
      rule: ruleText,
      width,
      height,
      states,
      decode: decoding,
      comparison,
    });
  } else print(describeRun(run, generations));
  if (flags.requireExact === true && run.comparison?.exact !== true) context.fail();
}

/** What a run does with its boards. */
function useOf({
  decode,
  generations = 1,
  json,
  gif,
  compare,
  requireExact,
}: PredictFlags): BoardUse {
  const isCompared = compare === true || requireExact === true;
  const isDense = decode !== undefined && strategyOf(decode).needsPlan !== true;
  return {
    bytesACell: (isDense ? DENSE_BYTES : NEAR_BYTES) + (isCompared ? 2 : 0),
    kept: json === true || gif !== undefined ? generations + 1 : 1,
    // a byte, the truth's, and its letter in the object that is printed
    bytesAKeptCell: 1 + (isCompared ? 1 : 0) + (json === true ? 2 : 0),
  };
}

/** Bytes a cell: states, what is marked, the answer, and a first generation's changes; or tokens, places and margins. */
const [NEAR_BYTES, DENSE_BYTES] = [10, 120];

/** The strategy that was asked for, or the model's own. @throws InputError for a plan that there is not */
function chooseStrategy(asked: string | undefined, { name, near }: LanguageModel): string {
  if (asked !== undefined && findStrategy(asked)?.needsPlan === true && near === undefined) {
    const reason = `model ${name} has no plan of what cells read`;
    throw new InputError(`--decode ${asked} is not possible: ${reason}; choose jacobi`);
  }
  return asked ?? (near === undefined ? 'jacobi' : 'near');
}

/** The chooser of each generation, or null for the most likely tokens. */
function readSampling(
  flags: PredictFlags,
  drawsBoard: boolean,
): ((generation: number) => TokenChooser) | null {
  const { decode, temperature: text = decode === 'sample' ? '1' : '0' } = flags;
  const temperature = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(temperature)) {
    throw new InputError(`--temperature needs a number from 0, not '${text}'`);
  }
  const topK = flags.topK === undefined ? null : parseWholeNumber('--top-k', flags.topK, 1);
  const seed = parseWholeNumber('--seed', flags.seed ?? '1', 0);
  if (temperature === 0 && decode === 'sample') {
    throw new InputError(
      `--decode sample draws nothing at --temperature ${text}; give one above 0, or leave --decode out`,
    );
  }
  if (temperature === 0) {
    refuseIdle(flags, drawsBoard ? ['topK'] : ['topK', 'seed'], true, 'a --temperature above 0');
    return null;
  }
  const options = { temperature, seed, ...(topK === null ? {} : { topK }) };
  return (index) => createSampler({ ...options, index });
}

function drawPrediction(prediction: Prediction, { terminal }: CommandContext): string {
  const { generation, grid, truth } = prediction;
  const predicted = {
    caption: `LifeGPT, generation ${generation}`,
    grid,
    ...(truth === null ? {} : { truth }),
  };
  return drawBoards(
    truth === null ? [predicted] : [predicted, { caption: 'truth', grid: truth }],
    terminal,
  );
}
