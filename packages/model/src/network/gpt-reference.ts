/**
 * The same network in plain loops and doubles: slow, readable, kept as the reference that the graph
 * is tested against.
 */

import { headSize, type GptConfig } from './gpt-config.js';
import { dot, plus, softmax, times, toRows, type Vector } from './plain-math.js';
import type { NamedTensor } from '../folder/safetensors.js';

/**
 * Logits of every token of one text, `[tokens][vocabulary]`.
 * @param positions `[tokens, columns]` as the graph takes them
 */
export function gptReference(
  config: GptConfig,
  tensors: readonly NamedTensor[],
  inputIds: ArrayLike<number>,
  positions: ArrayLike<number>,
): Vector[] {
  const weights = new Map(tensors.map((tensor) => [tensor.name, toRows(tensor)]));
  const matrix = (name: string): Vector[] => weights.get(name)!;
  const vector = (name: string): number[] => weights.get(name)![0]!;
  const biasOf = (name: string, size: number): number[] =>
    weights.has(`${name}.bias`) ? vector(`${name}.bias`) : Array<number>(size).fill(0);
  const norm = (x: Vector[], name: string): Vector[] =>
    x.map((row) =>
      normalise(row, vector(`${name}.weight`), biasOf(name, row.length), config.layer_norm_epsilon),
    );
  const linear = (x: Vector[], name: string): Vector[] =>
    x
      .map((row) => times(row, matrix(`${name}.weight`)))
      .map((product) => plus(product, biasOf(name, product.length)));

  const columns = positions.length / inputIds.length;
  const place = (token: number, column: number): number => positions[token * columns + column]!;
  let x = Array.from(inputIds, (id, token) => {
    const row = matrix('wte.weight')[id]!;
    if (config.position_scheme === 'rope') return row;
    return plus(row, matrix('wpe.weight')[place(token, 0)]!);
  });

  const size = headSize(config);
  for (let i = 0; i < config.n_layer; i++) {
    const qkv = linear(norm(x, `h.${i}.ln_1`), `h.${i}.attn.c_attn`);
    const mixed: Vector[] = x.map(() => []);
    for (let head = 0; head < config.n_head; head++) {
      const part = (token: number, third: number): number[] => {
        const from = (third * config.n_head + head) * size;
        const values = qkv[token]!.slice(from, from + size);
        const turns = config.position_scheme === 'rope' && third < 2;
        return turns ? rotate(values, place(token, 0)) : values;
      };
      x.forEach((_, token) => {
        const visible = Array.from({ length: token + 1 }, (_, j) => j);
        const scores = visible.map((j) => dot(part(token, 0), part(j, 1)) / Math.sqrt(size));
        const attention = softmax(scores);
        const sum = Array<number>(size).fill(0);
        visible.forEach((j) =>
          part(j, 2).forEach((value, d) => (sum[d]! += attention[j]! * value)),
        );
        mixed[token]!.push(...sum);
      });
    }
    const attended = linear(mixed, `h.${i}.attn.c_proj`);
    x = x.map((row, token) => plus(row, attended[token]!));
    const hidden = linear(norm(x, `h.${i}.ln_2`), `h.${i}.mlp.c_fc`).map((row) =>
      row.map(geluReference),
    );
    const out = linear(hidden, `h.${i}.mlp.c_proj`);
    x = x.map((row, token) => plus(row, out[token]!));
  }
  const output = matrix(weights.has('lm_head.weight') ? 'lm_head.weight' : 'wte.weight');
  return norm(x, 'ln_f').map((row) => output.map((token) => dot(row, token)));
}

function normalise(row: number[], scale: number[], bias: number[], epsilon: number): number[] {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  return row.map(
    (value, i) => ((value - mean) / Math.sqrt(variance + epsilon)) * scale[i]! + bias[i]!,
  );
}

/** Turns pairs (i, i + half) by the angles of rotary embedding. */
function rotate(values: number[], position: number): number[] {
  const half = values.length / 2;
  return values.map((value, i) => {
    const angle = position * 10_000 ** (-(i % half) / half);
    const partner = i < half ? -values[i + half]! : values[i - half]!;
    return value * Math.cos(angle) + partner * Math.sin(angle);
  });
}

/** x Φ(x), with Φ by Simpson's rule over the bell curve from 0 to x. */
function geluReference(x: number): number {
  const bell = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const steps = 200;
  const h = x / steps;
  let area = bell(0) + bell(x);
  for (let i = 1; i < steps; i++) area += (i % 2 === 0 ? 2 : 4) * bell(i * h);
  return x * (0.5 + (area * h) / 3);
}
