/**
 * A graph under construction: ONNX nodes, and beside them a tape of the differentiable operations
 * that emitted them. Shapes are symbolic (a dimension is a number or a name), which is enough to
 * know where broadcasting happened and to give every value its shape in a comment's place.
 */

/** The opset of the default domain that graphs declare unless asked otherwise (20 is the first with Gelu). */
const OPSET = 20;

/** A dimension: a known size, or the name of one that the inputs decide. */
export type Dim = number | string;
/** Element types that our graphs use. */
export type ValueType = 'float' | 'int32' | 'int64' | 'bool';
/** A number (integer attribute), a string, a float or a list of integers. */
export type AttributeValue =
  number | string | { readonly float: number } | { readonly ints: readonly number[] };

/** A tensor in the graph. */
export interface Value {
  readonly name: string;
  readonly type: ValueType;
  readonly shape: readonly Dim[];
}

/** One ONNX node; a `null` input is an optional one that is left out. */
export interface Node {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A tensor whose data is part of the graph. */
export interface Initializer {
  readonly value: Value;
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** A differentiable operation. Its forward function stands beside it in `ops/`. */
export interface Operation {
  /** The ONNX op's exact name, or our own for an operation of several ops. */
  readonly name: string;
  /**
   * Emits the gradient of each input, or null where there is none.
   * @param dOutput gradient of the output, of the output's shape
   * @param wants which inputs' gradients are needed; the others may be null
   */
  backward(
    graph: GraphBuilder,
    entry: TapeEntry,
    dOutput: Value,
    wants: readonly boolean[],
  ): (Value | null)[];
}

/** One differentiable operation as it was applied. */
export interface TapeEntry {
  readonly operation: Operation;
  readonly inputs: readonly Value[];
  readonly output: Value;
  /** What the backward pass needs besides inputs and output. */
  readonly saved: Readonly<Record<string, Value>>;
}

/** A finished graph, ready for `encodeModel`. */
export interface Graph {
  readonly name: string;
  /** Version of ONNX's operations. */
  readonly opset: number;
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: readonly Initializer[];
}

/** Collects nodes, inputs, initializers and outputs. */
export class GraphBuilder implements Graph {
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly initializers: Initializer[] = [];
  /** Differentiable operations in the order of their application. */
  readonly tape: TapeEntry[] = [];
  private readonly constants = new Map<string, Value>();
  private readonly names = new Set<string>();

  /** @param opset 17 or later: before it there is no LayerNormalization */
  constructor(
    readonly name: string,
    readonly opset: number = OPSET,
  ) {}

  /** Declares a graph input. */
  input(name: string, type: ValueType, shape: readonly Dim[]): Value {
    const value = this.declare(name, type, shape);
    this.inputs.push(value);
    return value;
  }

  /** Adds a float tensor with its data, such as a trained weight. */
  initializer(name: string, shape: readonly number[], data: Float32Array): Value {
    const size = shape.reduce((product, dim) => product * dim, 1);
    if (data.length !== size) {
      throw new Error(
        `initializer ${name} of shape [${shape}] needs ${size} values, not ${data.length}`,
      );
    }
    const value = this.declare(name, 'float', shape);
    this.initializers.push({ value, data });
    return value;
  }

  /** A scalar (`constant(2, 'float')`) or a list (`constant([0, 1], 'int64')`), each stored once. */
  constant(data: number | readonly number[], type: 'float' | 'int64'): Value {
    const key = `${type} ${JSON.stringify(data)}`;
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const list = typeof data === 'number' ? [data] : data;
    const value = this.declare('constant', type, typeof data === 'number' ? [] : [list.length]);
    this.initializers.push({
      value,
      data: type === 'float' ? Float32Array.from(list) : BigInt64Array.from(list, BigInt),
    });
    this.constants.set(key, value);
    return value;
  }

  /** Emits a node with one output of the given type and shape. */
  emit(
    opType: string,
    inputs: readonly (Value | null)[],
    type: ValueType,
    shape: readonly Dim[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Value {
    return this.emitMany(opType, inputs, [{ type, shape }], attributes)[0]!;
  }

  /** Emits a node with several outputs. */
  emitMany(
    opType: string,
    inputs: readonly (Value | null)[],
    outputs: readonly { type: ValueType; shape: readonly Dim[] }[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    domain = '',
  ): Value[] {
    const values = outputs.map(({ type, shape }) => this.declare(opType, type, shape));
    this.nodes.push({ opType, domain, inputs, outputs: values, attributes });
    return values;
  }

  /** Notes a differentiable operation on the tape and returns its output. */
  record(
    operation: Operation,
    inputs: readonly Value[],
    output: Value,
    saved: Readonly<Record<string, Value>> = {},
  ): Value {
    this.tape.push({ operation, inputs, output, saved });
    return output;
  }

  /** Makes a value a graph output under the given name. */
  output(name: string, value: Value): Value {
    const renamed = this.declare(name, value.type, value.shape);
    if (renamed.name !== name) throw new Error(`the graph already has a value named ${name}`);
    this.nodes.push({
      opType: 'Identity',
      domain: '',
      inputs: [value],
      outputs: [renamed],
      attributes: {},
    });
    this.outputs.push(renamed);
    return renamed;
  }

  private declare(stem: string, type: ValueType, shape: readonly Dim[]): Value {
    let name = stem;
    for (let n = this.names.size; this.names.has(name); n++) name = `${stem}_${n}`;
    this.names.add(name);
    return { name, type, shape };
  }
}
