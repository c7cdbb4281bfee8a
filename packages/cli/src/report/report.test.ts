import { CONWAY, createGrid, formatCells, TORUS } from '@lifegpt/core';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EvaluationState } from '../evaluation/evaluation-state.js';
import type { ArarResult } from '../evaluation/simulate.js';
import { addAnswer, beginTally, type Tally } from '../evaluation/tally.js';
import { compareWithPaper } from './comparison.js';
import { placeErrors } from './error-share.js';
import { drawRun } from './figures/arar.js';
import { drawDensities } from './figures/density.js';
import { drawMargins } from './figures/margins.js';
import { drawTemperatures, drawTrainingTime } from './figures/temperature.js';
import { drawTraining } from './figures/training.js';
import { drawSections } from './sections.js';
import { writePage } from './page.js';
import { renderPng } from './png.js';
import type { ReportData, ReportedModel } from './report-data.js';
import { openReport } from './report-folder.js';

/** A tally of so many 2x2 boards, the first of them with so many wrong cells. */
function tally(name: string, temperature: number, boards: number, wrong: number): Tally {
  const result = beginTally({ model: name, data: 'some <boards>', temperature, seed: 1 });
  const nextState = createGrid(2, 2);
  for (let row = 1; row <= boards; row++) {
    const grid = createGrid(2, 2);
    if (row === 1) grid.cells.fill(1, 0, wrong);
    const margins = Float32Array.of(1, 2, 3, 4, 5);
    const board = {
      row,
      name: '',
      rule: CONWAY,
      topology: TORUS,
      state: createGrid(2, 2),
      nextState,
    };
    addAnswer(result, board, { grid, malformedTokens: 0, margins });
  }
  return result;
}

function describeModel(name: string, steps: number): ReportedModel {
  const trained = { rule: 'B3/S23', topology: 'torus', sides: [3, 32] };
  const config = { position_scheme: 'location', vocab_size: 18, trained_for: trained };
  const recipe = { name: 'recipe', steps: 40, densities: [[0, 1]], stages: [{}] };
  const metrics = [20, steps].map((step) => ({
    step,
    loss: 1 / step,
    wrongTokens: 3,
    answerTokens: 100,
  }));
  return {
    name,
    config,
    recipe,
    metrics,
    parameters: 1234,
    trainingSeconds: 120,
  } as unknown as ReportedModel;
}

const DEAD = formatCells(createGrid(2, 2));
function run(name: string, firstDivergence: number | null, row = 1): ArarResult {
  return {
    model: 'one',
    data: 'data.csv',
    row,
    name,
    temperature: 0,
    seed: 1,
    steps: 1000,
    predictedSteps: 10,
    cycle: { start: 4, period: 6 },
    firstDivergence,
    wrongCells: firstDivergence === null ? 0 : 7,
    errors: firstDivergence === null ? [] : [[firstDivergence, 1]],
    pictures: {
      width: 2,
      height: 2,
      rule: 'B3/S23:T2,2',
      states: [DEAD, DEAD],
      last: '1100',
      lastTruth: firstDivergence === null ? '1100' : '1010',
    },
  };
}

function report(evaluation: Partial<EvaluationState>): ReportData {
  const tallies = ['one', 'two'].flatMap((name, m) =>
    [0, 1].map((temperature) => tally(name, temperature, 10, 2 * m * temperature)),
  );
  return {
    date: '2026-01-02',
    machine: 'a machine',
    models: [describeModel('one', 30), describeModel('two', 40)],
    evaluation: {
      oneStep: [{ batches: 1, contradictions: [], tallies }],
      arar: [],
      seconds: 5,
      ...evaluation,
    },
    attention: [],
  };
}

describe('placeErrors', () => {
  it('gives the share, or what none among so many excludes', () => {
    expect(placeErrors('a', 0.5, 3, 12)).toEqual({
      x: 0.5,
      series: 'a',
      share: 0.25,
      isBound: false,
    });
    const { share, isBound } = placeErrors('a', 0, 0, 10_240);
    expect(isBound).toBe(true);
    expect(share).toBeCloseTo(3.75e-4, 6); // z^2 / (n + z^2)
  });
});

describe('compareWithPaper', () => {
  const find = (data: ReportData, what: RegExp) =>
    compareWithPaper(data).find((row) => what.test(row.what))!;

  it('sets the ten boards beside the paper’s last epoch', () => {
    const data = report({});
    expect(find(data, /ten test boards, temperature 1/)).toMatchObject({
      paper: '0.9998 (epoch 50)',
      ours: ['1 (0 wrong of 40)', '0.950000 (2 wrong of 40)'],
    });
    expect(find(data, /ten test boards, temperature 0.5/)).toBeUndefined();
    expect(find(data, /parameters/)).toMatchObject({
      paper: '12,735,744',
      ours: ['1,234', '1,234'],
    });
  });

  it('counts the boards that hold out as long as the paper’s, and to the end', () => {
    const arar = [run('glider', 300), run('a', null), run('b', 100)];
    const data = report({ arar });
    expect(find(data, /diverge in 249/)).toMatchObject({ paper: '7 of 10' });
    expect(find(data, /diverge in 249/).ours[0]).toMatch(/^2 of 3 \(30 of 747 steps computed/);
    expect(find(data, /diverge in 1,000/).ours[0]).toMatch(/^1 of 3 \(30 of 3,000/);
    expect(find(data, /diverge in 1,000/).paper).toBe('not reported');
  });

  it('pools boards over all order parameters', () => {
    const tallies = [tally('one', 0, 200, 3), tally('two', 0, 200, 0)];
    const data = report({ oneStep: [{ batches: 1, contradictions: [], tallies }] });
    const row = find(data, /broad entropy/);
    expect(row.paper).toBe('0.999991, 109 of 110 boards exact');
    expect(row.ours).toEqual([
      '0.996250 (3 wrong of 800), 199 of 200 boards exact',
      '1 (0 wrong of 800), 200 of 200 boards exact',
    ]);
  });
});

describe('drawSections', () => {
  it('has figures with a name for files, a title, a sentence and a picture, under headings in order', () => {
    const sections = drawSections(report({}));
    expect(sections.map(({ title }) => title)).toEqual([
      'Training',
      'One step',
      'How sure the models are',
    ]);
    const figures = sections.flatMap((section) => section.figures);
    expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length);
    for (const { id, title, caption, svg } of figures) {
      expect(id).toMatch(/^[\w.-]+$/);
      expect(title).not.toBe('');
      expect(caption).toMatch(/\.$/);
      expect(svg).toMatch(/^<svg[^]*<\/svg>$/);
    }
  });
});

describe('figures', () => {
  it('appear when there are results for them', () => {
    const data = report({});
    expect(drawTraining(data).map(({ id }) => id)).toEqual(['training-loss', 'training-errors']);
    expect(
      drawTraining({ ...data, models: data.models.map((m) => ({ ...m, metrics: [] })) }),
    ).toEqual([]);
    expect(drawTemperatures(data)).toHaveLength(1);
    expect(drawTrainingTime(data)).toHaveLength(1);
    expect(drawTrainingTime({ ...data, models: [describeModel('one', 40)] })).toEqual([]);
    expect(drawDensities(data)).toEqual([]); // ten boards are no curve
    const tallies = [tally('one', 0, 50, 1), tally('two', 0, 50, 0)];
    const many = report({ oneStep: [{ batches: 1, contradictions: [], tallies }] });
    expect(drawDensities(many)[0]!.legend![0]!.label).toBe('one, trained on p from 0 to 1');
    expect(drawTemperatures(many)).toEqual([]);
  });

  it('place their marks by value: filled dots for errors, triangles for none', () => {
    const [figure] = drawTemperatures(report({}));
    const ours =
      figure!.svg.match(/<path[^>]*transform="translate\([^)]*\) rotate\(180\)"[^>]*>/g) ?? [];
    // one: none wrong at both temperatures, two: none at 0; the paper: none at 0 and 0.25 of epoch 16, and four of epoch 50
    expect(ours).toHaveLength(3 + 2 + 4);
  });

  it('map the smallest margins with full colour for the least', () => {
    const [figure] = drawMargins(report({}));
    expect(figure!.caption).toMatch(/from 1.00 nats \(full colour\) to 4.00/);
    const opacities = [...figure!.svg.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, value]) =>
      Number(value),
    );
    expect(opacities).toEqual([1, 0.67, 0.33, 0]);
  });

  it('say where a run diverges, where the paper’s did, and draw its wrong cells', () => {
    const { curve, board } = drawRun(run('glider', 300))!;
    expect(curve.caption).toBe(
      'First wrong at generation 300; 7 wrong cells in 1000 generations. It repeats itself every 6 generations from generation 4 on.',
    );
    expect(curve.svg).toContain('paper diverges at 45');
    expect(board.svg.match(/<rect[^>]*fill="#d55e00"|fill="#d55e00"/g)).not.toBeNull();
    const exact = drawRun(run('elsewhere', null))!;
    expect(exact.curve.svg).not.toContain('paper diverges');
    expect(exact.board.svg).not.toContain('#d55e00');
  });
});

describe('writePage', () => {
  it('needs nothing from elsewhere, and takes no name for markup', () => {
    const data = report({
      oneStep: report({}).evaluation.oneStep,
      arar: [run('<b>glider</b>', 3)],
    });
    const page = writePage({
      data,
      rows: compareWithPaper(data),
      sections: [{ title: 'One step', figures: drawTemperatures(data) }],
      runs: data.evaluation.arar.map((r) => ({
        ...drawRun(r)!,
        animation: Uint8Array.of(71, 73, 70),
      })),
    });
    expect(page).toContain('src="data:image/gif;base64,R0lG"');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page).not.toContain('<b>glider');
    expect(page).toContain('some &lt;boards&gt;');
    expect(page.match(/<svg /g)).toHaveLength(3);
  });
});

describe('renderPng', () => {
  it('draws letters without any font of the machine', async () => {
    const svg = (text: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 40" font-family="system-ui, sans-serif"><text y="30">${text}</text></svg>`;
    const [blank, letters] = [await renderPng(svg('')), await renderPng(svg('nats'))];
    const view = new DataView(letters.buffer, letters.byteOffset);
    expect([...letters.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([960, 400]);
    const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(hash(letters)).not.toBe(hash(blank));
    expect(letters.length).toBeGreaterThan(blank.length + 1000);
  });
});

describe('openReport', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'report-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('takes a new, an empty and its own folder, and makes none before it is asked', async () => {
    const fresh = join(folder, 'a/b');
    const opened = await openReport(fresh);
    expect(readdirSync(folder)).toEqual([]);
    await opened.create();
    expect(opened.checkpointFile).toBe(join(fresh, 'checkpoint.json'));
    writeFileSync(opened.checkpointFile, '{}');
    writeFileSync(join(fresh, 'index.html'), '');
    await openReport(fresh);
  });

  it('leaves a folder with anything else as it is', async () => {
    writeFileSync(join(folder, 'index.html'), 'mine');
    await expect(openReport(folder)).rejects.toThrow(
      /holds something else .*index.html.*name a new folder/,
    );
    writeFileSync(join(folder, 'checkpoint.json'), '{}');
    writeFileSync(join(folder, 'letter.txt'), 'mine');
    await expect(openReport(folder)).rejects.toThrow(/letter.txt/);
    await expect(openReport(join(folder, 'letter.txt'))).rejects.toThrow(
      /cannot write .*letter\.txt/,
    );
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toHaveLength(3);
  });
});
