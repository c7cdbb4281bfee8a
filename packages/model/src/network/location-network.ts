/**
 * The network with attention by location. Unusual in it: a head is a window, a mixture of places (Graves 2013, arXiv
 * 1308.0850, had one over a text), and where it looks is decided by a stream of its own that knows the borders that a token's
 * cell touches and the header's markers, but no cell and no number; so all boards of a size and topology share one set of
 * attention weights, and both tasks look alike. There is no normalisation, and the one non-linear part besides the windows is the
 * softmax of the look-up. Shapes: B texts, N tokens with queries, H heads, R rows, C columns, K = R C cells, V values a head.
 */

import { COORDINATES, listBitPlaces, numberOfPart, RULE_AXES, type RuleForm } from '@lifegpt/core';
import {
  add,
  div,
  exp,
  gather,
  type GraphBuilder,
  matMul,
  mul,
  reduceSum,
  reshape,
  sliceLastAxis,
  softmax,
  sub,
  tanh,
  transpose,
  type Value,
} from '@lifegpt/onnx-training';
import { passBy, type Hooked } from './hook.js';
import {
  BOARD_STEEPNESS,
  BOARDS_OF_TEXT,
  DIRECTIONS,
  LOOK_SIZE,
  PLACES,
  REACH,
  REFERENCES,
  SINK_DISTANCE,
  type LocationConfig,
} from './location-config.js';
import {
  constantIndex,
  constantMatrix,
  difference,
  largest,
  listReferences,
  maskWhere,
  takeColumn,
  touchedBorders,
  turn,
  zero,
} from './location-ops.js';

/** A graph under construction, where its weights come from, and how sharp its windows are. */
export interface LocationParts extends Hooked {
  readonly graph: GraphBuilder;
  readonly config: LocationConfig;
  /** The value of a parameter by its name. */
  readonly parameter: (name: string) => Value;
  /** λ, a scalar. */
  readonly sharpness: Value;
}

/** The tokens that look at a board, and the boards, one batch of one size and topology. */
export interface BoardInputs {
  /** int32 `[M]`: the header's markers behind the first: the topology, and its end; the same for all texts. */
  readonly markerIds: Value;
  /** int32 `[B, N]` */
  readonly queryIds: Value;
  /** int32 `[N, 5]`: core's coordinates. */
  readonly queryPositions: Value;
  /** int32 `[N, 1]`: the index of the cell where each stands; -1 where it stands nowhere, and sees no key. */
  readonly queryCells: Value;
  /** int32 `[B, K]`: the cells of the given state. */
  readonly givenIds: Value;
  /** int32 `[B, K]`: the tokens at the same places in the board behind it: the answer, or the next state, so far. */
  readonly followingIds: Value;
  /** int32 `[1, K]`: 0, 1, 2, … */
  readonly cellIndex: Value;
  /** float `[R, 1]` and `[1, C]`: 0, 1, 2, … */
  readonly rows: Value;
  readonly columns: Value;
  /** float `[M]`: 0, 1, 2, … */
  readonly markerIndex: Value;
}

/** Declares these inputs on a graph. */
export function declareBoardInputs(graph: GraphBuilder): BoardInputs {
  return {
    markerIds: graph.input('marker_ids', 'int32', ['markers']),
    queryIds: graph.input('query_ids', 'int32', ['batch_size', 'queries']),
    queryPositions: graph.input('query_positions', 'int32', ['queries', COORDINATES]),
    queryCells: graph.input('query_cells', 'int32', ['queries', 1]),
    givenIds: graph.input('given_ids', 'int32', ['batch_size', 'cells']),
    followingIds: graph.input('following_ids', 'int32', ['batch_size', 'cells']),
    cellIndex: graph.input('cell_index', 'int32', [1, 'cells']),
    rows: graph.input('rows', 'float', ['rows', 1]),
    columns: graph.input('columns', 'float', [1, 'columns']),
    markerIndex: graph.input('marker_index', 'float', ['markers']),
  };
}

/**
 * The first two layers: the stream of the queries after they looked at the board, `[B, N, width]`.
 * @param observe is given the shares of the heads' weights on the cells of the given board and of the one behind it, `[H, N, K]`
 */
export function lookAtBoard(
  parts: LocationParts,
  inputs: BoardInputs,
  observe?: (given: Value, following: Value) => void,
): Value {
  const { graph, parameter } = parts;
  const { queryIds, queryPositions } = inputs;
  const look = decideWhereToLook(parts, inputs);
  const read = readBoard(parts, inputs, windows(parts, inputs, look), observe);
  const at = (place: string, value: Value): Value => passBy(parts, place, value);
  const x = at('h.1.resid_pre', embed(parts, queryIds, queryPositions));
  const brought = at('h.1.attn.z', read);
  const out = at('h.1.attn_out', matMul(graph, brought, parameter('h.1.attn.c_proj.weight')));
  return at('h.1.resid_post', add(graph, x, out));
}

/** A token's vector and that of its part of the text, `[B, N, width]`. */
export function embed({ graph, parameter }: LocationParts, ids: Value, positions: Value): Value {
  const parts = gather(graph, parameter('wpe.part.weight'), takeColumn(graph, positions, 0));
  return add(graph, gather(graph, parameter('wte.weight'), ids), parts);
}

/**
 * The third layer of tokens that predict cells: the header's bit that lies where their stream says. Returns logits.
 * @param noise in training, what is added to where the streams say
 */
export function lookUpRule(
  parts: LocationParts,
  form: RuleForm,
  x: Value,
  bitIds: Value,
  noise?: Value,
): Value {
  const { graph, parameter } = parts;
  const places = constantMatrix(graph, listBitPlaces(form), RULE_AXES.length);
  const part = numberOfPart(form === 'counts' ? 'bit' : 'table bit');
  const bits = add(
    graph,
    gather(graph, parameter('wte.weight'), bitIds),
    gather(graph, parameter('wpe.part.weight'), constantIndex(graph, part)),
  );
  const place = passBy(parts, 'h.2.axes', placeOnAxes(parts, x));
  const asked = noise === undefined ? place : add(graph, place, noise);
  const scores = scoreAxes(parts, form, 0, asked, places);
  const shares = passBy(parts, 'h.2.attn.pattern', softmax(graph, scores));
  const found = matMul(graph, shares, readValues(parts, bits));
  return readLogits(parts, x, passBy(parts, 'h.2.attn.z', found));
}

/** What a pair's cells of the next state are as keys: where they lie on the rule's axes, `[B, N, 11]`, and values. */
export function findCases(parts: LocationParts, x: Value): { places: Value; values: Value } {
  const { graph, parameter } = parts;
  const scaled = mul(graph, placeOnAxes(parts, x), parameter('h.2.attn.key_scale'));
  const places = add(graph, scaled, parameter('h.2.attn.key_shift'));
  return { places, values: readValues(parts, x) };
}

/**
 * The third layer of tokens that predict bits: the next states of the cells whose neighbourhood is theirs, or
 * the sink where there are none. Returns logits.
 * @param askedPlaces `[A, 11]`, where the bits lie
 * @param cases of all pairs of a text, `[B, cells, …]`
 */
export function lookForCases(
  parts: LocationParts,
  form: RuleForm,
  x: Value,
  askedPlaces: Value,
  cases: { readonly places: Value; readonly values: Value },
): Value {
  const { graph, parameter } = parts;
  const scores = scoreAxes(parts, form, 1, askedPlaces, cases.places);
  // the sink is one more key, which brings nothing; shares do not change when all scores are shifted
  const sink = parameter('h.2.attn.sink');
  const most = largest(graph, scores);
  const shift = graph.emit('Max', [most, sink], 'float', most.shape);
  const sunk = exp(graph, sub(graph, sink, shift));
  const weights = exp(graph, sub(graph, scores, shift));
  const total = add(graph, reduceSum(graph, weights), sunk);
  const read = div(graph, matMul(graph, weights, cases.values), total);
  return readLogits(parts, x, read);
}

/** What each head is told, `[H, N, 35]`: gates of places and offsets from references. */
function decideWhereToLook(parts: LocationParts, inputs: BoardInputs): Value {
  const { graph, config, parameter } = parts;
  const { queryPositions } = inputs;
  const touches = matMul(
    graph,
    touchedBorders(graph, queryPositions),
    parameter('wpe.border.weight'),
  );
  const at = (place: string, value: Value): Value => passBy(parts, place, value);
  const header = at('h.0.attn_out', readMarkers(parts, inputs));
  const stream = at('h.0.resid_post', add(graph, touches, header)); // [N, width]
  const fc = matMul(graph, stream, parameter('h.0.mlp.c_fc.weight'));
  const pre = at('h.0.mlp.pre', add(graph, fc, parameter('h.0.mlp.c_fc.bias')));
  const hidden = at('h.0.mlp.post', tanh(graph, pre));
  const told = matMul(graph, hidden, parameter('h.1.attn.c_look.weight'));
  const look = add(graph, told, parameter('h.1.attn.c_look.bias'));
  const split = reshape(graph, look, [look.shape[0]!, config.n_head, LOOK_SIZE]);
  return at('h.1.attn.look', transpose(graph, split, [1, 0, 2]));
}

/** The first layer's attention, the same for all tokens: each head at a place of its own among the markers, `[1, width]`. */
function readMarkers(parts: LocationParts, { markerIds, markerIndex }: BoardInputs): Value {
  const { graph, config, parameter } = parts;
  const { n_head: heads, head_dim: size } = config;
  const marker = gather(
    graph,
    parameter('wpe.part.weight'),
    constantIndex(graph, numberOfPart('marker')),
  );
  const markers = add(graph, gather(graph, parameter('wte.weight'), markerIds), marker);
  const values = reshape(graph, matMul(graph, markers, parameter('h.0.attn.c_value.weight')), [
    markers.shape[0]!,
    heads,
    size,
  ]);
  const place = reshape(graph, parameter('h.0.attn.place'), [heads, 1, 1]);
  const weights = bell(parts, sub(graph, markerIndex, place)); // [H, 1, M]
  const total = add(graph, reduceSum(graph, weights), sinkWeight(parts));
  const read = div(graph, matMul(graph, weights, transpose(graph, values, [1, 0, 2])), total);
  return matMul(
    graph,
    reshape(graph, read, [1, heads * size]),
    parameter('h.0.attn.c_proj.weight'),
  );
}

/** How much of each head's window lies on each cell of a board, not yet divided by its sum: `[H, N, K]`. */
function windows(
  parts: LocationParts,
  { queryPositions, rows, columns }: BoardInputs,
  look: Value,
): Value {
  const { graph, config } = parts;
  const queries = look.shape[1]!;
  const count = REFERENCES.length;
  const gates = reshape(graph, softmax(graph, sliceLastAxis(graph, look, 0, PLACES)), [
    config.n_head,
    queries,
    count,
    count,
  ]);
  const offsets = (axis: number): Value => {
    const from = PLACES + axis * count;
    const raw = sliceLastAxis(graph, look, from, from + count);
    const reach = graph.constant(REACH, 'float');
    return mul(graph, tanh(graph, div(graph, raw, reach)), reach); // [H, N, 5]
  };
  const references = listReferences(graph, queryPositions); // [N, 5]
  // whole numbers first, so that the difference is exact on any side; then the offset
  const fromRows = difference(graph, rows, reshape(graph, references, [queries, 1, count])); // [N, R, 5]
  const fromColumns = difference(graph, columns, reshape(graph, references, [queries, count, 1])); // [N, 5, C]
  const rowShape = [config.n_head, queries, 1, count];
  const columnShape = [config.n_head, queries, count, 1];
  const onRows = bell(parts, sub(graph, fromRows, reshape(graph, offsets(0), rowShape)));
  const onColumns = bell(parts, sub(graph, fromColumns, reshape(graph, offsets(1), columnShape)));
  const mixed = matMul(graph, onRows, matMul(graph, gates, onColumns)); // [H, N, R, C]
  return reshape(graph, mixed, [config.n_head, queries, 'cells']);
}

/** What the heads bring from both boards, `[B, N, H V]`. */
function readBoard(
  parts: LocationParts,
  inputs: BoardInputs,
  window: Value,
  observe?: (given: Value, following: Value) => void,
): Value {
  const { graph, config, parameter } = parts;
  const { n_head: heads, head_dim: size } = config;
  const { queryCells, cellIndex } = inputs;
  const queries = window.shape[1]!;
  const steep = graph.constant(BOARD_STEEPNESS, 'float');
  const logits = mul(graph, parameter('h.1.attn.board'), steep);
  const boards = reshape(graph, softmax(graph, logits), [heads, 1, BOARDS_OF_TEXT]);
  const gate = (board: number): Value => sliceLastAxis(graph, boards, board, board + 1); // [H, 1, 1]
  const earlier = maskWhere(graph, 'LessOrEqual', cellIndex, queryCells, [queries, 'cells']);
  const onFollowing = mul(graph, window, earlier);
  const table = matMul(graph, parameter('wte.weight'), parameter('h.1.attn.c_value.weight')); // [vocabulary, H V]
  const read = (weights: Value, ids: Value): Value => {
    const cells = gather(graph, table, ids); // [B, K, H V]
    const split = reshape(graph, cells, [ids.shape[0]!, ids.shape[1]!, heads, size]);
    const values = reshape(graph, transpose(graph, split, [2, 1, 0, 3]), [
      heads,
      ids.shape[1]!,
      'batch_size*values',
    ]);
    return matMul(graph, weights, values); // [H, N, B V]
  };
  const sum = add(
    graph,
    mul(graph, read(window, inputs.givenIds), gate(0)),
    mul(graph, read(onFollowing, inputs.followingIds), gate(1)),
  );
  const mass = add(
    graph,
    mul(graph, reduceSum(graph, window), gate(0)),
    mul(graph, reduceSum(graph, onFollowing), gate(1)),
  );
  const total = add(graph, mass, sinkWeight(parts));
  const share = (weights: Value, board: number): Value =>
    div(graph, mul(graph, weights, gate(board)), total);
  observe?.(share(window, 0), share(onFollowing, 1));
  const stands = maskWhere(graph, 'GreaterOrEqual', queryCells, zero(graph, queryCells), [
    queries,
    1,
  ]);
  const brought = mul(graph, div(graph, sum, total), stands);
  const split = reshape(graph, brought, [heads, queries, 'batch_size', size]);
  return reshape(graph, transpose(graph, split, [2, 1, 0, 3]), [
    'batch_size',
    queries,
    heads * size,
  ]);
}

/** Where a stream lies on the rule's axes, `[B, N, 11]`. */
function placeOnAxes({ graph, parameter }: LocationParts, x: Value): Value {
  return add(
    graph,
    matMul(graph, x, parameter('h.2.attn.c_axes.weight')),
    parameter('h.2.attn.c_axes.bias'),
  );
}

function readValues({ graph, parameter }: LocationParts, x: Value): Value {
  return matMul(graph, x, parameter('h.2.attn.c_value.weight'));
}

/** Minus the squared distance on the axes of a form, each with its sharpness: `[…, queries, keys]`. */
function scoreAxes(
  { graph, parameter }: LocationParts,
  form: RuleForm,
  direction: number,
  queries: Value,
  keys: Value,
): Value {
  const axes = RULE_AXES.length;
  const own = graph.constant(
    RULE_AXES.map((axis) => (axis.form === form ? 1 : 0)),
    'float',
  );
  const all = exp(graph, parameter('h.2.attn.sharpness'));
  const flat = reshape(graph, all, [DIRECTIONS.length * axes]);
  const sharpness = mul(
    graph,
    sliceLastAxis(graph, flat, direction * axes, (direction + 1) * axes),
    own,
  );
  // the side that is the same for all texts, and known, is the plain matrix
  const product =
    queries.shape.length < keys.shape.length
      ? turn(graph, matMul(graph, mul(graph, keys, sharpness), turn(graph, queries)))
      : matMul(graph, mul(graph, queries, sharpness), turn(graph, keys));
  const twice = mul(graph, product, graph.constant(2, 'float'));
  const square = (x: Value): Value => reduceSum(graph, mul(graph, mul(graph, x, x), sharpness));
  return sub(graph, sub(graph, twice, square(queries)), turn(graph, square(keys)));
}

/** Logits of the stream with what the third layer brought, `[B, N, vocabulary]`. */
function readLogits(parts: LocationParts, x: Value, read: Value): Value {
  const { graph, parameter } = parts;
  const at = (place: string, value: Value): Value => passBy(parts, place, value);
  const out = at('h.2.attn_out', matMul(graph, read, parameter('h.2.attn.c_proj.weight')));
  const stream = at('h.2.resid_post', add(graph, x, out));
  const logits = matMul(graph, stream, transpose(graph, parameter('lm_head.weight'), [1, 0]));
  return at('logits', add(graph, logits, parameter('lm_head.bias')));
}

/** e^(-λ d²) of differences. */
function bell({ graph, sharpness }: LocationParts, d: Value): Value {
  const minus = graph.emit('Neg', [sharpness], 'float', []);
  return exp(graph, mul(graph, mul(graph, d, d), minus));
}

/** What a head that looks off the board, or on a plane, reads instead of cells: nothing, at this weight. */
function sinkWeight({ graph, sharpness }: LocationParts): Value {
  const scale = graph.constant(-SINK_DISTANCE, 'float');
  return graph.emit('Exp', [graph.emit('Mul', [sharpness, scale], 'float', [])], 'float', []);
}
