import { decodeSafetensors } from '@lifegpt/model';
import { unzipSync } from 'fflate';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'inspect-'))));
afterAll(() => rmSync(folder, { recursive: true }));
const inspect = (line: string): Outcome => runLifegpt(folder, ['inspect', ...line.split(' ')]);
const BOARD = 'glider --rule B3/S23:T8,7';
interface Report {
  cells: number[][];
  leads: number[];
  places: Record<string, number[]>;
  change: {
    changedCells: number[][];
    leads: number[];
    passes?: number;
    isSettled?: boolean;
  } | null;
  lens: { place: string; leads: number[] }[] | null;
  parts: { part: string; value: number }[][] | null;
}
const report = (line: string): Report => JSON.parse(inspect(`${line} --json`).stdout) as Report;

describe('lifegpt inspect', () => {
  it('writes what is inside a model, for some cells or all', () => {
    const { code, stdout } = inspect(`${BOARD} --cell 2,3 4,5 --out two.safetensors`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^h\.1\.attn\.pattern +\[\d+, 2, 56\]/m);
    const { tensors, metadata } = decodeSafetensors(
      readFileSync(join(folder, 'two.safetensors')),
      'two',
    );
    expect(metadata).toMatchObject({ cells: '19 37', width: '8', height: '7' });
    const pattern = tensors.find(({ name }) => name === 'h.1.attn.pattern')!;
    expect(Math.max(...pattern.data)).toBeGreaterThan(0.5);
    expect(inspect(`${BOARD} --cell 2,3 4,5 --out two.npz`).code).toBe(0);
    const files = unzipSync(readFileSync(join(folder, 'two.npz')));
    expect(Object.keys(files).sort()).toEqual(
      [...tensors.map(({ name }) => `${name}.npy`), 'cells.npy', 'size.npy'].sort(),
    );
    const array = Buffer.from(files['h.1.attn.pattern.npy']!);
    const header = array.subarray(10, 10 + array.readUInt16LE(8)).toString();
    expect(header).toMatch(/^\{'descr': '<f4', .*'shape': \(\d+, 2, 56,\), \} *\n$/);
    expect((10 + header.length) % 64).toBe(0);
    const numbers = Uint8Array.from(array.subarray(10 + header.length));
    expect(new Float32Array(numbers.buffer)).toEqual(pattern.data);
    const { places } = report(`${BOARD} --places h.2.axes`);
    expect(places).toEqual({ 'h.2.axes': [56, 11], logits: [56, 18] });
  });

  it('tells what a logit is made of, and where it is decided', () => {
    const { leads, lens, parts } = report(`${BOARD} --cell 3,3 --lens --attribute`);
    expect(parts![0]!.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(leads[0]!, 2);
    expect(lens!.at(-1)!.leads[0]).toBeCloseTo(leads[0]!, 2);
    expect(inspect(`${BOARD} --cell 3,3 --attribute`).stdout).toMatch(/together +-?\d+\.\d+\n/);
  });

  it('changes what is inside, and tells which cells are written otherwise', () => {
    expect(report(BOARD).change).toBeNull();
    const { n_head: count } = JSON.parse(runLifegpt(folder, ['model', 'show', '--json']).stdout);
    const heads = Array.from({ length: count }, (_, head) => `1.${head}`).join(' ');
    const blind = report(`${BOARD} --off ${heads}`);
    expect(blind.change!.changedCells.length).toBeGreaterThan(0);
    const patched = report(`${BOARD} --patch h.1.attn.z --from blinker`);
    expect(patched.change!.changedCells.length).toBeGreaterThan(0);
    const same = report(`${BOARD} --patch h.1.attn.z --from glider`);
    expect(same.change!.changedCells).toEqual([]);
    const moved = report(`${BOARD} --move 0=1,-1 --token 23=1`);
    expect(Math.max(...moved.change!.leads.map(Math.abs))).toBeGreaterThan(0.01);
    expect(inspect(`${BOARD} --off ${heads}`).stdout).toMatch(
      /\d+ of 56 cells are written otherwise: [^]*behind its own answer, which it wrote in \d passes/,
    );
  });

  it('lets the changed model write its whole answer, or one cell behind the right one', () => {
    const blind = '--off 1.0 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8';
    const whole = report(`${BOARD} ${blind}`).change!;
    expect(whole).toMatchObject({ isSettled: true });
    // its first pass stands behind the right answer, and a further one says that nothing changes any more
    expect(whole.passes).toBeGreaterThanOrEqual(2);
    expect(report(`${BOARD} ${blind} --cell 3,3`).change!.passes).toBeUndefined();
    expect(inspect(`${BOARD} ${blind} --cell 3,3`).stdout).toContain(
      'behind the answer that the model writes without changes',
    );
  });

  it.each([
    ['--off 9.9', /no head 9\.9/],
    ['--off first', /layer and a head, such as 1\.3, not 'first'/],
    ['--move 3', /such as 3=1,-1, not '3'/],
    ['--move 3=9,9', /less than 2 cells away/],
    ['--patch h.1.attn.z', /--from <pattern>/],
    ['--patch nowhere --from blinker', /no place 'nowhere'; it has h\.0/],
    ['--token 5=x', /no piece 'x'/],
    ['--token 9999=1', /no token 9999/],
    ['--cell 8,8', /--cell needs a row from 0 to 6/],
    ['--out x.npy', /\.safetensors \.npz/],
  ])('refuses %s, and writes nothing', (options, message) => {
    const { code, stdout, stderr } = inspect(`${BOARD} ${options}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readdirSync(folder).filter((name) => !name.startsWith('two'))).toEqual([]);
  });
});
