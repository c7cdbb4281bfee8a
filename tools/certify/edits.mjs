/**
 * Edits certificates, configurations and weights by machine, and looks whether the check confirms a claim that is false.
 * Usage: node tools/certify/edits.mjs [edits] [seed] [topologies, S or T,K,S]
 *
 * Four kinds in turn: a certificate's values or bytes; a model's bytes under the old hashes; values of a configuration and
 * numbers of weights under hashes that were mended, so that nothing but the check itself can refuse them. Each model knows one
 * topology, another one in turn, so that a check takes seconds. What is confirmed is held against a certificate of the edited
 * model made anew, and against boards: a claim that is confirmed and false is a fault.
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import {
  createGrid,
  InputError,
  openStream,
  ruleOfBits,
  stepReference,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from '@lifegpt/core';
import {
  certify,
  checkCertificateFiles,
  compareCertificate,
  decodeJacobi,
  decodeSafetensors,
  deriveCertified,
  encodeSafetensors,
  formatCertificate,
  hashBytes,
  loadModel,
  predictBatch,
  proveClasses,
  readModelFolder,
  stateClaim,
} from '@lifegpt/model';
import { mutateBytes, mutateJson } from '../attack/mutate.mjs';

const require = createRequire(import.meta.resolve('lifegpt/package.json'));
const { InferenceSession } = require('onnxruntime-node');
const ZOO = new URL('../../packages/model/zoo/life/', import.meta.url);
const FILES = ['config.json', 'tokenizer.json', 'model.safetensors'];

const pick = (random, list) => list[random.nextInt(list.length)];
const run = (steps) => {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
};
const parse = (bytes) => JSON.parse(Buffer.from(bytes).toString('utf8'));
const toBytes = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** A model that knows one topology, and its certificate. */
async function openCase(topology) {
  const files = {};
  for (const file of FILES) files[file] = await readFile(new URL(file, ZOO));
  const config = parse(files['config.json']);
  config.trained_for.topologies = [topology];
  files['config.json'] = toBytes(config);
  return { topology, files, certificate: await certifyFiles(files) };
}

const openFiles = (files) => readModelFolder('life', async (file) => files[file]);

async function hashFiles(files) {
  const hashes = {};
  for (const file of FILES) hashes[file] = await hashBytes(files[file]);
  return hashes;
}

async function certifyFiles(files) {
  const folder = await openFiles(files);
  return formatCertificate(certify('life', await hashFiles(files), run(proveClasses(folder))));
}

/** What follows from files, by their hashes: many edits are of certificates alone. */
const known = new Map();

/** What `lifegpt certify --check` does: `confirmed`, or why not. */
async function check(files, certificate) {
  try {
    const folder = await openFiles(files);
    const hashes = await hashFiles(files);
    checkCertificateFiles(certificate, 'certificate.json', 'life', hashes);
    const key = Object.values(hashes).join();
    const derived = known.get(key) ?? run(deriveCertified('life', folder, hashes));
    known.set(key, derived);
    const difference = compareCertificate(certificate, derived);
    if (difference !== null) return `refused by the check (line ${difference.line})`;
    return stateClaim(derived).length > 0 ? 'confirmed' : 'refused: it claims nothing';
  } catch (error) {
    if (error instanceof InputError) return 'refused as bad input';
    throw error;
  }
}

/** Puts the hashes of files where they are told. */
async function mendHashes(files, certificate) {
  const config = parse(files['config.json']);
  config.weights_sha256 = await hashBytes(files['model.safetensors']);
  const mended = { ...files, 'config.json': toBytes(config) };
  const told = JSON.parse(certificate);
  told.files = await hashFiles(mended);
  return { files: mended, certificate: `${JSON.stringify(told, null, 2)}\n` };
}

const EDITS = {
  'values of a certificate': async (random, { files, certificate }) => {
    const told = JSON.parse(certificate);
    const lies = [
      () => (told.margin = 1e9),
      () => (told.margin += 0.01),
      () => (told.model = 'flat32'),
      () => (told.claim[0] = told.claim[0].replace('65536', '1048576')),
      () => (told.rule = 'B36/S23:T3,3'),
      () => (told.topologies = []),
      () => (told.topologies[0].topology = pick(random, TOPOLOGY_TOKENS)),
      () => told.topologies.push(structuredClone(told.topologies[0])),
      () => told.assumptions.pop(),
      () => (told.end.counts.margin *= 2),
      () => (told.rounding = 0),
      () => (told.classes += 1),
    ];
    if (random.nextInt(2) === 0) {
      const bytes = Buffer.from(certificate);
      const changed =
        random.nextInt(2) === 0 ? mutateJson(random, bytes) : mutateBytes(random, bytes);
      return { files, certificate: Buffer.from(changed).toString('utf8') };
    }
    pick(random, lies)();
    return { files, certificate: `${JSON.stringify(told, null, 2)}\n` };
  },
  'bytes of a model': async (random, { files, certificate }) => {
    const file = pick(random, FILES);
    return { files: { ...files, [file]: mutateBytes(random, files[file]) }, certificate };
  },
  'values of a configuration': async (random, { files, certificate }) => {
    const config = parse(files['config.json']);
    pick(random, [
      () => (config.attention_sharpness = pick(random, [3, 7, 11.5, 12.5, 24, 99])),
      () => (config.norm_bias = false),
      () => (config.attention_bias = false),
      () => (config.n_head = pick(random, [12, 23, 48])),
      () => (config.head_dim = 1),
      () => (config.n_layer = 2),
      () => (config.vocab_size = 17),
      () => (config.trained_for.rule = 'B36/S23'),
      () => delete config.trained_for.rules,
      () => (config.trained_for.topologies = TOPOLOGY_TOKENS.slice(0, 2)),
      () => (config.trained_for.sides = [1, 9]),
      () => (config.position_scheme = 'learned'),
    ])();
    return mendHashes({ ...files, 'config.json': toBytes(config) }, certificate);
  },
  'numbers of weights': async (random, { files, certificate }) => {
    const { tensors } = decodeSafetensors(files['model.safetensors'], 'life');
    const changed = tensors.map((tensor) => ({ ...tensor, data: tensor.data.slice() }));
    const tensor = pick(random, changed);
    const { data } = tensor;
    const at = random.nextInt(data.length);
    const scale = (name, factor) =>
      changed
        .find((other) => other.name === name)
        .data.forEach((value, i, all) => (all[i] = value * factor));
    const kind = pick(random, [
      () => data.forEach((value, i) => (data[i] = value * pick(random, [-1, 0, 0.5, 2, 2 ** 40]))),
      () => data.forEach((value, i) => (data[i] = value + 0.2 * random.nextGaussian())),
      () => (data[at] = pick(random, [0, 1e30, -1e3, 1e-40, NaN, Infinity])),
      () => (data[at] += pick(random, [-1, 1, 10, -30])),
      () => data.reverse(),
      () => {
        // the same function in numbers that do not end, and beyond float32
        scale('h.1.attn.c_value.weight', 2 ** 90);
        scale('h.1.attn.c_proj.weight', 2 ** -90);
      },
      () => changed.push({ ...tensor, name: `${tensor.name}.more` }),
      () => changed.splice(changed.indexOf(tensor), 1),
      () => (tensor.shape = [...tensor.shape].reverse()),
    ]);
    kind();
    const weights = Buffer.from(encodeSafetensors({ tensors: changed, metadata: {} }));
    return mendHashes({ ...files, 'model.safetensors': weights }, certificate);
  },
};

/** Whether a model answers some boards of a topology rightly. */
async function isRight(files, topologyToken, random) {
  const model = await loadModel(await openFiles(files), {
    device: 'cpu',
    createSession: (bytes) =>
      InferenceSession.create(bytes, { executionProviders: ['cpu'], intraOpNumThreads: 1 }),
  });
  const topology = topologyOfToken(topologyToken);
  try {
    for (const side of [1, 2, 3, 5, 9]) {
      const boards = Array.from({ length: 8 }, () =>
        createGrid(
          side,
          side,
          Uint8Array.from({ length: side * side }, () => random.nextInt(2)),
        ),
      );
      const headers = boards.map(() => ({
        topology,
        rule: ruleOfBits(Array.from({ length: 18 }, () => random.nextInt(2))),
      }));
      const { answers } = await predictBatch(model, boards, { headers, decode: decodeJacobi });
      const wrong = answers.some(({ grid, malformedTokens }, i) => {
        const truth = stepReference(boards[i], headers[i].rule, topology);
        return malformedTokens > 0 || grid.cells.join() !== truth.cells.join();
      });
      if (wrong) return false;
    }
    return true;
  } finally {
    await model.release();
  }
}

/**
 * Edits, and checks.
 * @returns how often each kind ended how, and the false claims that were confirmed
 */
export async function editAll(
  count,
  seed,
  topologies = TOPOLOGY_TOKENS,
  report = () => {},
  first = 0,
) {
  const ends = {};
  const faults = [];
  const cases = new Map();
  for (let i = first; i < first + count; i++) {
    const random = openStream(seed, 'edits of certificates', i);
    const kind = Object.keys(EDITS)[i % 4];
    const topology = topologies[Math.floor(i / 4) % topologies.length];
    const whole = cases.get(topology) ?? (await openCase(topology));
    cases.set(topology, whole);
    const edited = await EDITS[kind](random, whole);
    const isSame =
      edited.certificate === whole.certificate &&
      FILES.every((file) => Buffer.compare(edited.files[file], whole.files[file]) === 0);
    let end = isSame ? 'nothing changed' : await check(edited.files, edited.certificate);
    if (end === 'confirmed') {
      const isTrue =
        edited.certificate === (await certifyFiles(edited.files)) &&
        (await isRight(edited.files, topology, random));
      end = isTrue ? 'confirmed, and still true' : 'CONFIRMED, AND FALSE';
      if (!isTrue) faults.push(`${kind}, edit ${i} of seed ${seed}`);
    }
    ends[kind] ??= {};
    ends[kind][end.replace(/ \(.*/, '')] = (ends[kind][end.replace(/ \(.*/, '')] ?? 0) + 1;
    report(i + 1, kind, end);
  }
  return { ends, faults };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [count, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)];
  const topologies = process.argv[4]?.split(',') ?? TOPOLOGY_TOKENS;
  const { ends, faults } = await editAll(count, seed, topologies, (done, kind, end) =>
    console.error(`${done}/${count} ${kind}: ${end}`),
  );
  console.log(JSON.stringify({ edits: count, seed, ends, faults }, null, 2));
  process.exitCode = faults.length > 0 ? 1 : 0;
}
