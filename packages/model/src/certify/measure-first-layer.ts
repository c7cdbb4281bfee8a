/**
 * How far the runtime is from exact arithmetic in a first layer that reads a header: of all its inputs, which are as many as
 * there are places and contents. A certificate assumes `FIRST_LAYER_ERROR`.
 */

import { encodeExamples, layoutPrompt, type BoundedGrid } from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import { openParts } from '../cached-gpt.js';
import { buildGpt, declareGptInputs } from '../gpt.js';
import { GraphBuilder } from '../graph/builder.js';
import { encodeModel } from '../graph/proto.js';
import type { ModelFolder } from '../model-folder.js';
import { positionIds } from '../positions.js';
import type { Runtime } from '../runtime.js';
import { defaultHeader } from '../trained-for.js';
import { headOf } from './cases.js';
import { openHeaderLayer, rootMeanSquare } from './header-layer.js';
import { readOneLayer } from './one-layer.js';
import { FIRST_LAYER_ERROR } from './rounding.js';
import { embed } from './steps.js';

/**
 * Measures a size.
 * @returns the largest error of a number, as a share of its vector's root mean square; null for models without such a layer
 * @throws Error when that is more than a certificate assumes.
 * @throws InputError when the model is none that a certificate can be given for.
 */
export async function measureFirstLayer(
  folder: ModelFolder,
  bounds: BoundedGrid,
  runtime: Runtime,
): Promise<number | null> {
  const { config, tensors, tokenizer } = folder;
  const model = readOneLayer(folder);
  if (model.header === null) return null;
  const graph = new GraphBuilder('first_layer');
  const { parameter } = openParts(graph, config, tensors);
  buildGpt(graph, config, {
    ...declareGptInputs(graph, config),
    parameter,
    observeFirstLayer: (stream) => graph.output('stream', stream),
  });
  const session = await runtime.createSession(encodeModel(graph));
  try {
    const layout = layoutPrompt(tokenizer, bounds.width, bounds.height);
    const { inputTokens, answerTokens } = layout;
    const { rule } = defaultHeader(config.trained_for);
    const positions = positionIds(config, layout);
    const positionRows = model.positionRows(layout);
    const enter = openHeaderLayer(model, headOf(layout, bounds, rule), positionRows);
    let worst = 0;
    for (const content of [0, 1]) {
      const cells = new Uint8Array(bounds.width * bounds.height).fill(content);
      const { inputs } = encodeExamples(layout, cells, cells, [
        { rule, topology: bounds.topology },
      ]);
      const outputs = await session.run({
        input_ids: new Tensor('int32', inputs, [1, inputTokens]),
        position_ids: new Tensor('int32', positions, [inputTokens, positions.length / inputTokens]),
        num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
      });
      const stream = outputs['stream']!.data as Float32Array;
      for (let place = model.hiddenTokens; place < inputTokens; place++) {
        const { x } = enter(embed(model, inputs[place]!, positionRows[place]!));
        const size = rootMeanSquare(x);
        const from = place * model.width;
        x.forEach((value, d) => {
          worst = Math.max(worst, Math.abs(stream[from + d]! - value) / size);
        });
      }
    }
    if (!(worst <= FIRST_LAYER_ERROR)) {
      throw new Error(
        `the first layer is off by ${worst.toExponential(2)} on ${runtime.device}, ` +
          `more than the ${FIRST_LAYER_ERROR.toExponential(2)} that a certificate assumes`,
      );
    }
    return worst;
  } finally {
    await session.release();
  }
}
