/**
 * A network whose places are outputs, and inputs where another value is put. A change of a value is a function of it, as with
 * hooks in Python; a graph has no such functions, so it runs once for each changed place, and then as a whole.
 */

import { FORM_BITS, type RuleForm } from '@lifegpt/core';
import {
  type Dim,
  encodeModel,
  GraphBuilder,
  keepOutputs,
  type Value,
} from '@lifegpt/onnx-training';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import { buildGpt, declareGptInputs } from '../network/gpt.js';
import type { Hook } from '../network/hook.js';
import { isLocationConfig } from '../network/location-config.js';
import { declareBoardInputs, lookAtBoard, lookUpRule } from '../network/location-network.js';
import type { ModelConfig } from '../network/config.js';
import type { Runtime } from '../runtime.js';
import type { Activation } from './activation.js';

/** A change of what stands at a place: a function of the values there, which it leaves as they are. */
export interface Edit {
  readonly place: string;
  /** Gives the values that take the place of those that were computed. */
  readonly change: (before: Activation) => Float32Array;
}

/** What a run is fed, and the tokens that its rows are. */
export interface NetworkFeeds {
  readonly form: RuleForm;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Tokens by the name of an axis that has a row each. */
  readonly rows: Readonly<Record<string, readonly number[]>>;
}

/** Where a network has its numbers from. */
export interface NetworkSource {
  readonly config: ModelConfig;
  readonly openParameters: (graph: GraphBuilder) => (name: string) => Value;
  /** λ of a network by location; the configuration's when left out. */
  readonly sharpness?: (graph: GraphBuilder) => Value;
}

/** A network that tells what is inside it. */
export interface TracedNetwork {
  /** The names of all places, in the order in which a text goes through them, and whether a value can be put there. */
  listPlaces(): readonly { readonly place: string; readonly isEditable: boolean }[];
  /** Reads a text. @param wanted the places to tell */
  run(
    feeds: NetworkFeeds,
    wanted: readonly string[],
    edits: readonly Edit[],
  ): Promise<ReadonlyMap<string, Activation>>;
  release(): Promise<void>;
}

/** Axes that have a row for each token; the first of them in a shape is the one of those that look. */
const ROW_AXES = ['queries', 'answer', 'tokens'];

interface Compiled {
  readonly session: Promise<InferenceSession>;
  readonly shapes: ReadonlyMap<string, readonly Dim[]>;
}

/** Compiles networks when they are first asked for: one for each form of rules, set of changed places and of those to tell. */
export function traceNetwork(source: NetworkSource, runtime: Runtime): TracedNetwork {
  const compiled = new Map<string, Compiled>();
  const plain = build(source, 'counts', new Set());

  function compile(
    form: RuleForm,
    edited: ReadonlySet<string>,
    wanted: readonly string[],
  ): Compiled {
    const key = `${form} ${[...edited].join(' ')} ${wanted.toSorted().join(' ')}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const { graph, shapes } = build(source, form, edited);
    const part = keepOutputs(graph, wanted);
    const made = { session: runtime.createSession(encodeModel(part)), shapes };
    compiled.set(key, made);
    return made;
  }

  async function runOnce(
    { form, feeds, rows }: NetworkFeeds,
    wanted: readonly string[],
    put: ReadonlyMap<string, Activation>,
  ): Promise<Map<string, Activation>> {
    const { session, shapes } = compile(form, new Set(put.keys()), wanted);
    const values = [...put].map(([place, activation]) => {
      const dims = withBatch(shapes.get(place)!, activation.shape);
      return [editName(place), new Tensor('float32', activation.data, dims)] as const;
    });
    const outputs = await (await session).run({ ...feeds, ...Object.fromEntries(values) }, wanted);
    return new Map(
      wanted.map((place) => [place, describe(place, shapes.get(place)!, outputs[place]!, rows)]),
    );
  }

  return {
    listPlaces: () =>
      [...plain.shapes.keys()].map((place) => ({ place, isEditable: plain.isEditable(place) })),
    async run(feeds, wanted, edits) {
      const order = [...plain.shapes.keys()];
      const put = new Map<string, Activation>();
      for (const place of order.filter((name) => edits.some((edit) => edit.place === name))) {
        let activation = (await runOnce(feeds, [place], put)).get(place)!;
        for (const { change } of edits.filter((edit) => edit.place === place)) {
          activation = { ...activation, data: change(activation) };
        }
        put.set(place, activation);
      }
      return runOnce(feeds, wanted, put);
    },
    release: async () => {
      for (const { session } of compiled.values()) await (await session).release();
    },
  };
}

const editName = (place: string): string => `edit.${place}`;

/** Builds the network; every place is an output, and an input instead of what the network computes where it is edited. */
function build(
  { config, openParameters, sharpness: openSharpness }: NetworkSource,
  form: RuleForm,
  edited: ReadonlySet<string>,
) {
  const graph = new GraphBuilder('workbench');
  const shapes = new Map<string, readonly Dim[]>();
  const shown = new Set<string>();
  const show = (place: string, value: Value): void => {
    shapes.set(place, value.shape);
    graph.output(place, value);
  };
  const hook: Hook = (place, value) => {
    const own = edited.has(place) ? graph.input(editName(place), 'float', value.shape) : value;
    show(place, own);
    return own;
  };
  const parameter = openParameters(graph);
  if (isLocationConfig(config)) {
    const sharpness = openSharpness?.(graph) ?? graph.constant(config.attention_sharpness, 'float');
    const parts = { graph, config, parameter, sharpness, hook };
    const x = lookAtBoard(parts, declareBoardInputs(graph), (given, following) => {
      const read = { 'h.1.attn.pattern': given, 'h.1.attn.pattern_answer': following };
      for (const [place, value] of Object.entries(read)) {
        shown.add(place);
        show(place, value);
      }
    });
    const bitIds = graph.input('bit_ids', 'int32', ['batch_size', FORM_BITS[form]]);
    lookUpRule(parts, form, x, bitIds);
  } else buildGpt(graph, config, { ...declareGptInputs(graph), parameter, hook });
  return { graph, shapes, isEditable: (place: string) => !shown.has(place) };
}

/** An output without its axis of texts, of which there is one. */
function describe(
  place: string,
  dims: readonly Dim[],
  { data, dims: sizes }: Tensor,
  rows: NetworkFeeds['rows'],
): Activation {
  const kept = dims.map((_, axis) => axis).filter((axis) => dims[axis] !== 'batch_size');
  const rowAxis = kept.findIndex((axis) => ROW_AXES.includes(String(dims[axis])));
  const shape = kept.map((axis) => sizes[axis]!);
  const floats = data as Float32Array;
  if (rowAxis < 0) return { place, shape, data: floats, rowAxis: null, rows: [] };
  return { place, shape, data: floats, rowAxis, rows: rows[String(dims[kept[rowAxis]!])]! };
}

function withBatch(dims: readonly Dim[], shape: readonly number[]): number[] {
  let at = 0;
  return dims.map((dim) => (dim === 'batch_size' ? 1 : shape[at++]!));
}
