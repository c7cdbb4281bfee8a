/** Files of rows: CSV as in the paper, JSONL, and Parquet. The columns have the same names in all. */

import { RULE_COLUMN, SIZE_COLUMN } from '@lifegpt/core';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { hasSquaresOnly, type DatasetConfig, type Format } from './config.js';
import type { RowBatch } from './rows.js';

/** Takes rows, writes bytes. */
export interface RowWriter {
  write(batch: RowBatch): void;
  finish(): void;
}

/** What a writer needs to know of its rows beforehand. */
export interface RowShape {
  /** States a row. */
  readonly states: number;
  /** All boards are squares, and `GridSize` gives their side. */
  readonly hasSize: boolean;
}

/** The shape of a data set's rows. */
export const shapeOf = (config: DatasetConfig): RowShape => ({
  states: config.states,
  hasSize: hasSquaresOnly(config),
});

/** A column; a state is text, though it looks like a number. */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'side';
}

/** The columns of the files, in their order. */
export function listColumns(shape: RowShape): Column[] {
  const text = (name: string): Column => ({ name, type: 'text' });
  const size: Column[] = shape.hasSize ? [{ name: SIZE_COLUMN, type: 'side' }] : [];
  return [...listStates(shape).map(text), ...size, text(RULE_COLUMN)];
}

/** Opens a writer that hands its bytes to `put`. */
export function openRowWriter(
  format: Format,
  shape: RowShape,
  put: (bytes: Uint8Array) => void,
): RowWriter {
  return { csv: openCsv, jsonl: openJsonl, parquet: openParquet }[format](shape, put);
}

type OpenWriter = (shape: RowShape, put: (bytes: Uint8Array) => void) => RowWriter;

const listStates = ({ states }: RowShape): string[] =>
  Array.from({ length: states }, (_, k) => `State ${k + 1}`);

const openCsv: OpenWriter = (shape, put) => {
  const names = listColumns(shape).map(({ name }) => name);
  put(Buffer.from(`${names.join(',')}\n`));
  return {
    write: ({ states, rows, rule, bounds }) => {
      const size = shape.hasSize ? `,${bounds.width}` : '';
      const between = states.map((_, k) => Buffer.from(k === 0 ? '' : ','));
      put(spell(states, rows, between, Buffer.from(`${size},"${rule}"\n`)));
    },
    finish: () => undefined,
  };
};

const openJsonl: OpenWriter = (shape, put) => ({
  write: ({ states, rows, rule, bounds }) => {
    const names = listStates(shape);
    const between = names.map((name, k) => Buffer.from(`${k === 0 ? '{' : '",'}"${name}":"`));
    const size = shape.hasSize ? `,"${SIZE_COLUMN}":${bounds.width}` : '';
    put(spell(states, rows, between, Buffer.from(`"${size},"${RULE_COLUMN}":"${rule}"}\n`)));
  },
  finish: () => undefined,
});

/** Lines of text: each state behind what stands before it, and the same end for all. */
function spell(
  states: readonly Uint8Array[],
  rows: number,
  before: readonly Uint8Array[],
  end: Uint8Array,
): Uint8Array {
  const cells = states[0]!.length / rows;
  const fixed = before.reduce((sum, part) => sum + part.length, end.length);
  const text = new Uint8Array(rows * (fixed + states.length * cells));
  let at = 0;
  const add = (part: Uint8Array): void => {
    text.set(part, at);
    at += part.length;
  };
  for (let row = 0; row < rows; row++) {
    states.forEach((state, k) => {
      add(before[k]!);
      add(state.subarray(row * cells, (row + 1) * cells));
    });
    add(end);
  }
  return text;
}

/** Rows a row group: 10 MB of 32x32 pairs. */
const ROWS_A_GROUP = 5000;

/** Hands its bytes on after each row group and at the end. */
class PassingWriter extends ByteWriter {
  readonly #put: (bytes: Uint8Array) => void;

  constructor(put: (bytes: Uint8Array) => void) {
    super(2 ** 20);
    this.#put = put;
  }

  flush(): void {
    this.#put(new Uint8Array(this.buffer, 0, this.index));
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

const openParquet: OpenWriter = (shape, put) => {
  const names = listStates(shape);
  const empty = listColumns(shape).map(({ name, type }) => ({
    name,
    data: [],
    type: type === 'text' ? ('STRING' as const) : ('INT32' as const),
    nullable: false,
  }));
  const writer = new PassingWriter(put);
  const file = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: empty }),
    statistics: false,
    createdBy: 'lifegpt',
  });
  let states: Uint8Array[][] = names.map(() => []);
  let [sizes, rules]: [number[], string[]] = [[], []];
  function flush(): void {
    const data = [...states, ...(shape.hasSize ? [sizes] : []), rules];
    file.write({
      columnData: empty.map(({ name }, i) => ({
        name,
        data: data[i]!,
        ...(i < names.length ? { encoding: 'PLAIN' as const } : {}),
      })),
      rowGroupSize: ROWS_A_GROUP,
    });
    states = names.map(() => []);
    [sizes, rules] = [[], []];
  }
  return {
    write(batch) {
      const cells = batch.states[0]!.length / batch.rows;
      for (let row = 0; row < batch.rows; row++) {
        batch.states.forEach((state, k) =>
          states[k]!.push(state.subarray(row * cells, (row + 1) * cells)),
        );
        sizes.push(batch.bounds.width);
        rules.push(batch.rule);
        if (rules.length === ROWS_A_GROUP) flush();
      }
    },
    finish() {
      if (rules.length > 0) flush();
      file.finish();
    },
  };
};
