/** Examples below the help of each command, with what they do. */

import type { Command } from 'commander';

/** By the words of the command: its examples, `[arguments, what for]`. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  predict: [
    ['glider -n 8 --compare', 'a built-in pattern, eight states, beside the truth'],
    ['glider --rule B2n3/S23-q:C40,30 -n 9', 'any two-state rule of the 3x3 neighbourhood'],
    ['random --density 0.3 --seed 7 -n 20', 'a random board; the seed decides it'],
    ['pattern.rle --rule B3/S23:T24,20 -n 30 --gif run.gif', 'a file on a torus, as an animation'],
    ['states.csv --row 10 -n 9 --require-exact --json', 'fails unless every cell is right'],
    ['- --decode sample --temperature 0.5 --seed 7', 'a pattern from stdin, sampled'],
  ],
  simulate: [
    ['acorn --rule B3/S23:T200,200 -n 5000', 'the engine alone, on a large torus'],
    [
      'glider --rule B36/S23:K30*,20 -n 12 --out later.rle',
      'HighLife on a Klein bottle, to a file',
    ],
    ['xp15_4r4z4r4 --until-repeats', 'an object of the Catagolue: what it is, and its period'],
    ['r-pentomino -n 100 --out - | lifegpt predict -', 'on to the transformer'],
  ],
  'dataset generate': [
    ['--out boards --rows 100000 --test 1000', 'Parquet, 32x32, densities from 0 to 1'],
    ['--out mixed --size 3..12x3..12 --rule random --format jsonl', 'many sizes, any rule'],
    ['--out boards --rows 1000000 --shard 2/8', 'the third of eight shares'],
    [
      '--out unseen --held-out life --rows-per-kind 200',
      'what a recipe never shows its model, for the test',
    ],
  ],
  'dataset inspect': [['boards', 'counts, densities, and every row held against the engine']],
  'dataset merge': [['boards', 'the same as lifegpt merge boards']],
  train: [
    ['', '8x8 from random weights'],
    ['torus8 --seed 2 --set learning_rate=0.002 --out runs/other', 'some of it otherwise'],
    ['recipe.json --out runs/mine', 'a recipe of your own'],
    ['recipe.json --out runs/mine --resume', 'goes on where it was interrupted'],
    ['--keep-every 500', 'the models of steps 500, 1000, … stay, each a model folder'],
  ],
  eval: [
    ['boards --limit 1000 --json', 'a model against the rows of a data set'],
    ['states.csv --model runs/mine --arar 249', 'fed with its own answers, 249 times'],
    ['--fresh 20 --size 65,80', 'on sizes beyond its training'],
    ['--fresh 1000000 --shard 2/8 --out trial', 'the third of eight shares'],
  ],
  'eval-rules': [
    ['', 'rules that a model reads off states, beside counting, of those that it never saw'],
    ['--form table --size 8 --pairs 3 --json', 'tables of 512 bits, from three pairs of 8x8 each'],
  ],
  inspect: [
    [
      'glider --cell 16,15 --out inside.safetensors',
      'all that is inside life while it writes a cell',
    ],
    ['glider --cell 16,15 --lens --attribute', 'what its logit is made of, and when it is decided'],
    ['acorn --off 1.3 1.7', 'two heads of layer 1 switched off: which cells change'],
    ['glider --patch h.1.attn.z --from blinker', 'what heads bring, from another board'],
    ['glider --move 3=1,-1', 'head 3 looks one cell down and left'],
  ],
  certify: [
    ['', 'what is proved of life: every board of every size, topology and rule'],
    ['--model runs/mine --out certificate.json', 'of a model of your own, as a file'],
    ['--model runs/mine --check certificate.json', 'derives it anew in other arithmetic'],
  ],
  extract: [
    ['', 'which cells the weights of life read, and which bit they ask for'],
    ['--out algorithm.json', 'the same for programs; a .md file is the page to read'],
  ],
  'infer-rule': [
    ['states.csv', 'the rule of a data file, and which of its 18 bits are certain'],
    ['run.gif --forecast 10 --gif next.gif', 'of an animation, and ten generations more'],
    ['frames --bounds P64,64 --json', 'of a folder of RLE frames, on a plane'],
    ['states.csv --rule-model', 'what the model life reads, beside counting'],
    ['states.csv --noise 0.01', 'where one cell in a hundred may be wrong'],
  ],
  'compute add': [
    ['13 29', 'two numbers fly in as gliders, their sum flies out'],
    ['5 3 --gif adder.gif', 'as an animation'],
  ],
  'compute turing': [
    ['', 'a step of Rendell’s Turing machine, from Golly’s collection'],
    ['--steps 17 --out runs/turing', 'until it halts; interrupted, the same command goes on'],
  ],
  'compute primes': [['--to 61', 'a spaceship for every prime']],
  ablate: [
    ['positions', 'every arm of an ablation of the project'],
    ['positions --shard 0/4', 'every fourth of its trainings, on this machine'],
  ],
  merge: [
    ['boards', 'checks the shards of a shared folder and closes it'],
    ['whole part-0 part-1', 'brings together what two machines wrote'],
    ['trial --require-exact --json', 'an evaluation, as one machine alone prints it'],
  ],
  'model list': [['', 'the models that ship']],
  'model show': [['runs/mine', 'what a model is and what it was trained for']],
  'model export': [['flat32 --out hf', 'a folder for transformers and transformers.js']],
  'model attention': [['glider --rule B3/S23:T8,8', 'where the model looks']],
  serve: [
    ['', 'life on http://127.0.0.1:8080'],
    ['--model life,runs/mine --port 9000', 'two models'],
    ['--host 0.0.0.0 --queue 1000', 'to other machines, with the token of LIFEGPT_TOKEN'],
  ],
  'queue submit dataset': [
    ['boards --out shared/boards --rows 1000000000', 'a data set, a shard a file'],
  ],
  'queue submit eval': [
    ['trial --out shared/trial --fresh 1000000 --shards 64', 'fresh boards, in 64 shards'],
  ],
  'queue submit ablate': [
    ['arms positions --out shared/positions', 'a shard a training; the name comes first'],
  ],
  'queue worker': [
    ['boards', 'on each machine; SIGTERM gives the shard back'],
    ['boards --out mnt/boards --until-done', 'where the folder is elsewhere; ends with the job'],
  ],
  'queue status': [['boards --wait', 'progress of all machines until the end']],
  'queue remove': [['boards', 'forgets the job, keeps its results']],
  bench: [
    ['', 'all figures'],
    ['inference --json', 'one kind, as JSON'],
  ],
  completion: [
    ['bash >> ~/.bashrc', 'for every new bash'],
    ['fish > ~/.config/fish/completions/lifegpt.fish', 'for fish'],
  ],
};

/** Adds the examples to every command that has some. */
export function addExamples(program: Command): void {
  for (const [words, examples] of Object.entries(EXAMPLES)) {
    const command = findCommand(program, words);
    command?.addHelpText('after', () => formatExamples(words, examples));
  }
}

/** A command by its words; undefined where there is none. */
export function findCommand(program: Command, words: string): Command | undefined {
  return words
    .split(' ')
    .reduce<Command | undefined>(
      (command, word) => command?.commands.find((c) => c.name() === word),
      program,
    );
}

function formatExamples(words: string, examples: readonly (readonly [string, string])[]): string {
  const lines = examples.map(
    ([given, meaning]) => `  ${`lifegpt ${words} ${given}`.trimEnd()}\n      ${meaning}`,
  );
  return `\nExamples:\n${lines.join('\n')}`;
}
