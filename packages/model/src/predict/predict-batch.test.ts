import { CONWAY, topologyOfToken } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { locationConfig, randomModel } from '../../test/tiny-model.js';
import { chooseBest, createSampler, type TokenChooser } from '../decode/choose.js';
import type { DecodeRequest } from '../decode/decoder.js';
import { decodeJacobi } from '../decode/jacobi.js';
import { decodeBoards } from './predict-batch.js';

/** The choosers that the groups of a mixed batch are decoded with. */
async function listChoosers(choose: TokenChooser): Promise<DecodeRequest['choose'][]> {
  const seen: DecodeRequest['choose'][] = [];
  const model = await randomModel(locationConfig, 1);
  const states = Uint8Array.from({ length: 3 * 12 }, (_, k) => k % 2);
  const headers = (['T', 'P', 'T'] as const).map((token) => ({
    rule: CONWAY,
    topology: topologyOfToken(token),
  }));
  await decodeBoards(
    model,
    { width: 4, height: 3, states },
    {
      headers,
      choose,
      decode: (to, request) => {
        seen.push(request.choose);
        return decodeJacobi(to, request);
      },
    },
  );
  return seen;
}

describe('decodeBoards', () => {
  it('leaves the choice of the best token as it is in every group: models answer that without all logits', async () => {
    expect(await listChoosers(chooseBest)).toEqual([chooseBest, chooseBest]);
  });

  it('samples each board of a group as if all were there', async () => {
    const sampler = createSampler({ temperature: 1, seed: 1 });
    const choosers = await listChoosers(sampler);
    expect(choosers).toHaveLength(2);
    expect(choosers).not.toContain(sampler);
  });
});
