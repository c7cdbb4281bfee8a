/** `lifegpt inspect`: what is inside a model while it writes a state, and what becomes of it when something there is changed. */

import { formatBoundedRule, InputError } from '@lifegpt/core';
import {
  attributeLogits,
  checkTrainedFor,
  compareTraces,
  createWorkbench,
  decodeJacobi,
  encodeSafetensors,
  loadModel,
  moveHead,
  patchFrom,
  predictBatch,
  readLens,
  switchHeadsOff,
  writeChanged,
  type ChangedWriting,
  type Edit,
  type HeadName,
  type LanguageModel,
  type Question,
  type Trace,
  type Workbench,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { parseCell } from '../cell-argument.js';
import type { CommandContext } from '../context.js';
import { DEFAULT_MODEL, listModelFiles, openModelFolder } from '../model-argument.js';
import { checkOutputFile, describeUnwritten, writeOutputFile } from '../output-file.js';
import { PATTERN_ARGUMENT, readPatternArgument, type PatternOptions } from '../pattern-argument.js';
import { encodeNpz } from '../npz.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';
import {
  describeCells,
  findingsToJson,
  printFindings,
  type Findings,
} from '../terminal/findings.js';

interface InspectFlags extends PatternOptions {
  readonly model: string;
  readonly cell?: readonly string[];
  readonly places?: readonly string[];
  readonly out?: string;
  readonly off: readonly string[];
  readonly move: readonly string[];
  readonly patch?: readonly string[];
  readonly from?: string;
  readonly token: readonly string[];
  readonly lens?: boolean;
  readonly attribute?: boolean;
  readonly device: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerInspect(program: Command, context: CommandContext): void {
  program
    .command('inspect')
    .description('look inside a model while it writes a state, and change what is there')
    .argument('<pattern>', PATTERN_ARGUMENT)
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--rule <rule>', 'rule and board in Golly’s notation, e.g. B3/S23:T32,32')
    .option('--row <k>', 'which board of a .csv file, from 1')
    .option(
      '--cell <row,column...>',
      'the cells that are written, counted from 0; all when left out',
    )
    .option('--places <names...>', 'what to look at; everything when left out')
    .option('--out <file>', 'write it as .safetensors, or as NumPy’s .npz')
    .option('--off <layer.head...>', 'switch heads off', [])
    .option('--move <head=rows,columns...>', 'let heads look so many cells down and right', [])
    .option('--patch <places...>', 'put values of another board there')
    .option('--from <pattern>', 'the other board of --patch')
    .option('--token <index=piece...>', 'put a piece in the place of a token of the text', [])
    .option('--lens', 'what each place of the residual stream comes to by itself')
    .option('--attribute', 'what each part adds to the lead of a living cell')
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--json', 'print one JSON object')
    .action((pattern: string, flags: InspectFlags) => runInspect(pattern, flags, context));
  addExamples(program, 'inspect', [
    [
      'glider --cell 16,15 --out inside.safetensors',
      'all that is inside life while it writes a cell',
    ],
    ['glider --cell 16,15 --lens --attribute', 'what its logit is made of, and when it is decided'],
    ['acorn --off 1.3 1.7', 'two heads of layer 1 switched off: which cells change'],
    ['glider --patch h.1.attn.z --from blinker', 'what heads bring, from another board'],
    ['glider --move 3=1,-1', 'head 3 looks one cell down and left'],
  ]);
}

async function runInspect(
  pattern: string,
  flags: InspectFlags,
  context: CommandContext,
): Promise<void> {
  if (flags.out !== undefined) {
    const files = await listModelFiles(flags.model);
    await checkOutputFile(flags.out, ['.safetensors', '.npz'], files);
    context.leave(describeUnwritten(flags.out));
  }
  if ((flags.patch === undefined) !== (flags.from === undefined)) {
    throw new InputError(
      '--patch needs the other board, as --from <pattern>, and --from a --patch',
    );
  }
  const board = await readPatternArgument(pattern, flags);
  board.warnings.forEach((warning) => context.talk(warning));
  const other = await readOther(board, flags);
  const folder = await openModelFolder(flags.model);
  const runtime = await createRuntime(flags.device);
  const model = await loadModel(folder, runtime);
  const bench = createWorkbench(folder, runtime);
  const progress = createProgress(context.progress, 'look inside', null, 'cells');
  progress.update(board.grid.cells.length);
  try {
    const question = await askModel(model, board, flags);
    const edits = await readEdits(bench, model, other, flags);
    const tokens = readTokens(bench, flags.token);
    const before = await bench.run(question);
    const isChanged = edits.length > 0 || tokens.size > 0;
    const changed = { ...question, tokens };
    // of some cells alone: behind the answer that the model writes without changes
    const isWhole = isChanged && flags.cell === undefined;
    const writing = isWhole ? await writeAnew(bench, changed, edits, context.signal) : null;
    const trace = isChanged
      ? await bench.run({ ...changed, answer: writing?.grid ?? question.answer }, edits)
      : before;
    if (flags.out !== undefined) {
      const encode = flags.out.endsWith('.npz') ? encodeAsNpz : encodeAsSafetensors;
      await writeOutputFile(flags.out, encode(trace));
      context.talk(`wrote ${flags.out}`);
    }
    const findings: Findings = {
      trace,
      difference: isChanged ? compareTraces(before, trace) : null,
      writing,
      lens: flags.lens === true ? readLens(folder, trace) : null,
      parts:
        flags.attribute === true
          ? trace.cells.map((cell) => attributeLogits(folder, trace, cell))
          : null,
    };
    const { bounds, rule } = board;
    const head = { model: folder.name, rule: formatBoundedRule(rule, bounds) };
    if (flags.json === true) context.printJson({ ...head, ...findingsToJson(findings, bounds) });
    else {
      context.print(
        `${board.name}, ${head.rule}: inside ${head.model} while it writes ${describeCells(trace.cells, bounds)}`,
      );
      printFindings(findings, before, bounds, context);
    }
  } finally {
    progress.finish();
    await bench.release();
    await model.release();
  }
}

/** The whole answer of a changed model: pass after pass, until nothing changes. */
async function writeAnew(
  bench: Workbench,
  question: Question,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<ChangedWriting | null> {
  let last: ChangedWriting | null = null;
  for await (const writing of writeChanged(bench, question, edits)) {
    signal.throwIfAborted();
    last = writing;
  }
  return last;
}

type Board = Awaited<ReturnType<typeof readPatternArgument>>;

/** The board, and what the model writes behind it. */
async function askModel(
  model: LanguageModel,
  board: Board,
  flags: InspectFlags,
): Promise<Question> {
  const { grid: state, rule, bounds } = board;
  const header = { rule, topology: bounds.topology };
  checkTrainedFor(model, state, rule, bounds.topology);
  const options = { headers: [header], decode: decodeJacobi };
  const { answers } = await predictBatch(model, [state], options);
  return {
    state,
    header,
    answer: answers[0]!.grid,
    ...(flags.cell === undefined
      ? {}
      : { cells: flags.cell.map((text) => parseCell(text, bounds)) }),
    ...(flags.places === undefined ? {} : { places: flags.places }),
  };
}

/** The board that values come from, under the same rule; null where none do. */
async function readOther({ rule, bounds }: Board, flags: InspectFlags): Promise<Board | null> {
  if (flags.from === undefined) return null;
  return readPatternArgument(flags.from, { rule: flags.rule ?? formatBoundedRule(rule, bounds) });
}

async function readEdits(
  bench: Workbench,
  model: LanguageModel,
  other: Board | null,
  flags: InspectFlags,
): Promise<Edit[]> {
  const { config } = bench.folder;
  const off = switchHeadsOff(config, flags.off.map(parseHead));
  const moved = flags.move.map((text) => {
    const [, head, down, right] = /^(\d+)=(-?[\d.]+),(-?[\d.]+)$/.exec(text) ?? [];
    if (head !== undefined) return moveHead(config, Number(head), [Number(down), Number(right)]);
    throw new InputError(`--move needs a head, rows and columns, such as 3=1,-1, not '${text}'`);
  });
  if (flags.patch === undefined || other === null) return [...off, ...moved];
  const asked = await askModel(model, other, { ...flags, places: flags.patch });
  const trace = await bench.run(asked);
  return [...off, ...moved, ...flags.patch.map((place) => patchFrom(trace, place))];
}

function parseHead(text: string): HeadName {
  const [, layer, head] = /^(\d+)\.(\d+)$/.exec(text) ?? [];
  if (layer !== undefined) return { layer: Number(layer), head: Number(head) };
  throw new InputError(`--off needs a layer and a head, such as 1.3, not '${text}'`);
}

function readTokens({ folder }: Workbench, texts: readonly string[]): Map<number, number> {
  const pairs = texts.map((text) => {
    const [, at, piece] = /^(\d+)=(.+)$/s.exec(text) ?? [];
    if (at !== undefined) return [Number(at), folder.tokenizer.idOf(piece!)] as const;
    throw new InputError(`--token needs an index and a piece, such as 5=1, not '${text}'`);
  });
  return new Map(pairs);
}

/** The values by their places, with the cells that the rows are; for Python and whoever reads safetensors. */
function encodeAsSafetensors({ activations, cells, layout }: Trace): Uint8Array {
  const tensors = [...activations.values()].map(({ place: name, shape, data }) => ({
    name,
    shape,
    data,
  }));
  const metadata = {
    cells: cells.join(' '),
    width: String(layout.width),
    height: String(layout.height),
  };
  return encodeSafetensors({ tensors, metadata });
}

/** The same as arrays; what the other has as metadata are arrays too. */
function encodeAsNpz({ activations, cells, layout }: Trace): Uint8Array {
  const values = [...activations.values()].map(({ place: name, shape, data }) => ({
    name,
    shape,
    data,
  }));
  const count = (name: string, ...numbers: number[]) => ({
    name,
    shape: [numbers.length],
    data: Int32Array.from(numbers),
  });
  return encodeNpz([
    ...values,
    count('cells', ...cells),
    count('size', layout.height, layout.width),
  ]);
}
