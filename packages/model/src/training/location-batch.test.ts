import {
  createGrid,
  createTokenizer,
  isIsotropic,
  listRuleBits,
  PIECE_VOCABULARY,
  ruleOfFormBits,
  stepReference,
  topologyOfToken,
  TOPOLOGY_TOKENS,
  type ExampleRequest,
  type ExampleSource,
} from '@lifegpt/core';
import { NO_TARGET } from '@lifegpt/onnx-training';
import { describe, expect, it } from 'vitest';
import { referenceSource } from '../../test/example-source.js';
import { locationRecipe as recipe } from '../../test/tiny-recipe.js';
import { cellOf } from '../network/location-feeds.js';
import { openHeldOut } from './held-out.js';
import { drawShapes, type StateShape } from './location-batch.js';
import { isHeldOutRule } from './training-rules.js';

const tokenizer = createTokenizer(PIECE_VOCABULARY);
const [dead, alive] = [tokenizer.idOf('0'), tokenizer.idOf('1')];
const asked: ExampleRequest[] = [];
const source: ExampleSource = {
  draw(request) {
    asked.push(request);
    return referenceSource.draw(request);
  },
};
const steps = Array.from({ length: 60 }, (_, step) =>
  drawShapes(recipe, step % 10, source, tokenizer),
);
const shapes = steps.flat();
const ofStates = shapes.filter((shape) => shape.task === 'next-state');

const gridOf = ({ boards }: StateShape, b: number) => {
  const cells = boards.width * boards.height;
  const own = boards.given.subarray(b * cells, (b + 1) * cells);
  return createGrid(
    boards.width,
    boards.height,
    Uint8Array.from(own, (id) => Number(id === alive)),
  );
};

describe('the shapes of a step', () => {
  it('are the same for the same recipe and step, and others in another step', () => {
    expect(drawShapes(recipe, 4, source, tokenizer)).toEqual(
      drawShapes(recipe, 4, source, tokenizer),
    );
    expect(drawShapes(recipe, 4, source, tokenizer)).not.toEqual(
      drawShapes(recipe, 5, source, tokenizer),
    );
  });

  it('come on all topologies, in both forms, and never with what is held out', () => {
    expect(new Set(ofStates.map(({ topology }) => topology))).toEqual(new Set(TOPOLOGY_TOKENS));
    expect(new Set(ofStates.map(({ form }) => form))).toEqual(new Set(['counts', 'table']));
    const isHeldOut = openHeldOut(recipe);
    for (const { height, width, topology } of shapes) {
      expect(isHeldOut({ height, width }, topology!)).toBe(false);
    }
    const spheres = shapes.filter(({ topology }) => topology === 'S');
    expect(spheres.every(({ height, width }) => height === width)).toBe(true);
    for (const { rule } of asked) expect(isHeldOutRule(recipe, rule)).toBe(false);
    const tables = asked.flatMap(({ rule }) => ('table' in rule ? [rule.table] : []));
    expect(tables.length).toBeGreaterThan(100);
    expect(tables.some((table) => isIsotropic(table))).toBe(false);
  });

  it('ask for the cells that the rule in the header gives, and for the end', () => {
    for (const shape of ofStates) {
      const { boards, queries, targets, bitIds, form } = shape;
      const count = targets.length / boards.texts;
      const bits = bitIds.length / boards.texts;
      for (let b = 0; b < boards.texts; b++) {
        const rule = Array.from(bitIds.subarray(b * bits, (b + 1) * bits), (id) =>
          Number(id === alive),
        );
        const grid = gridOf(shape, b);
        const next = stepReference(
          grid,
          ruleOfFormBits(form, rule),
          topologyOfToken(shape.topology!),
        );
        const cells = Array.from({ length: count }, (_, i) =>
          cellOf(queries.positions, i, boards.width),
        );
        const tokenOf = (cell: number): number => (next.cells[cell] === 1 ? alive : dead);
        const before = (cell: number): number =>
          cell === 0 ? tokenizer.idOf('> [') : tokenOf(cell - 1);
        const own = (all: Int32Array): number[] => [...all.subarray(b * count, (b + 1) * count)];
        const end = next.cells.length;
        expect(own(targets)).toEqual(
          cells.map((cell) => (cell < 0 ? tokenizer.idOf(']$') : tokenOf(cell))),
        );
        // what it reads is the token before it
        expect(own(queries.ids)).toEqual(cells.map((cell) => before(cell < 0 ? end : cell)));
        expect([...boards.following.subarray(b * end, (b + 1) * end)]).toEqual(
          Array.from({ length: end }, (_, cell) => before(cell)),
        );
      }
    }
  });

  it('ask for all corners and for cells of the border more often than for others', () => {
    const large = ofStates.filter(({ height, width }) => height * width > 16);
    expect(large.length).toBeGreaterThan(5);
    for (const { boards, queries, height, width } of large) {
      const cells = Array.from({ length: 10 }, (_, i) =>
        cellOf(queries.positions, i, boards.width),
      );
      for (const corner of [0, width - 1, (height - 1) * width, height * width - 1]) {
        expect(cells).toContain(corner);
      }
    }
  });
});

describe('the shape that asks for rules', () => {
  it('has the rule’s bits where a cell shows them, and ? elsewhere', () => {
    const inverse = shapes.filter((shape) => shape.task === 'infer-rule');
    expect(inverse.length).toBe(42);
    const open = tokenizer.idOf('?');
    let [known, unknown] = [0, 0];
    for (const shape of inverse.filter(({ form }) => form === 'counts')) {
      const count = shape.targets.length / shape.boards.texts;
      expect(count).toBe(19);
      const requests = asked.filter(
        ({ height, width, topology }) =>
          height === shape.height &&
          width === shape.width &&
          topology === topologyOfToken(shape.topology!),
      );
      for (let b = 0; b < shape.boards.texts; b++) {
        const bits = Array.from(shape.targets.subarray(b * count, b * count + 18));
        const fits = requests.some(({ rule }) =>
          'table' in rule
            ? false
            : listRuleBits(rule).every((bit, i) =>
                [open, NO_TARGET, [dead, alive][bit]].includes(bits[i]),
              ),
        );
        expect(fits).toBe(true);
        known += bits.filter((id) => id === dead || id === alive).length;
        unknown += bits.filter((id) => id === open).length;
        expect(shape.targets[b * count + 18]).toBe(tokenizer.idOf('}$'));
      }
    }
    expect(known).toBeGreaterThan(50);
    expect(unknown).toBeGreaterThan(50);
  });

  it('is asked for what the data say alone until open bits join', () => {
    const open = tokenizer.idOf('?');
    const { open_from: openFrom } = recipe.location.inverse!;
    steps.forEach((drawn, k) => {
      const isEarly = (k % 10) + 1 <= openFrom * recipe.steps;
      const targets = drawn
        .filter(({ task }) => task === 'infer-rule')
        .map((shape) => shape.targets);
      for (const own of targets) expect(own.includes(isEarly ? open : NO_TARGET)).toBe(false);
    });
    const early = steps.filter((_, k) => k % 10 === 4).flat();
    expect(early.some(({ targets }) => targets.includes(NO_TARGET))).toBe(true);
  });
});
