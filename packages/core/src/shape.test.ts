import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import {
  checkShape,
  escapeControls,
  findNearest,
  list,
  number,
  oneOf,
  optional,
  orNull,
  range,
  record,
  showValue,
  table,
  text,
  wholeNumber,
} from './shape.js';

interface Run {
  readonly name: string;
  readonly steps: number;
  readonly rate?: number;
  readonly sides: readonly [number, number];
  readonly kind: 'a' | 'b';
  readonly counts: readonly number[];
  readonly limit: number | null;
}

const RUN = record<Run>({
  name: text(8, /^\w+$/, 'a word'),
  steps: wholeNumber(1, 100),
  rate: optional(number(0, 1)),
  sides: range(wholeNumber(1, 64)),
  kind: oneOf('a', 'b'),
  counts: list(wholeNumber(0), 0, 3),
  limit: orNull(wholeNumber(1)),
});
const GOOD = { name: 'x', steps: 3, sides: [2, 4], kind: 'a', counts: [1], limit: null };

describe('checkShape', () => {
  it('gives back what fits, as it is', () => {
    expect(checkShape(RUN, GOOD, 'run.json')).toBe(GOOD);
  });

  it.each([
    [{ steps: 0 }, 'run.json: "steps" is 0; expected a whole number from 1 to 100'],
    [{ steps: 2.5 }, '"steps" is 2.5'],
    [{ steps: '3' }, '"steps" is "3"'],
    [{ steps: NaN }, '"steps" is NaN'],
    [{ rate: 2 }, '"rate" is 2; expected a number from 0 to 1'],
    [{ sides: [4, 2] }, '"sides" is [4,2]; expected its lower end first'],
    [{ sides: [4] }, '"sides" is [4]; expected a list of 2'],
    [{ sides: [0, 2] }, '"sides[0]" is 0'],
    [{ kind: 'c' }, '"kind" is "c"; expected "a" or "b"'],
    [{ counts: [1, 2, 3, 4] }, 'expected a list of 0 to 3'],
    [{ counts: [1, -1] }, '"counts[1]" is -1'],
    [{ limit: undefined }, '"limit" is missing'],
    [{ name: '../x' }, '"name" is "../x"; expected a word'],
    [{ step: 3 }, 'run.json: there is no field "step"; did you mean "steps"?'],
    [{ colour: 3 }, 'there is no field "colour"; there are name, steps'],
  ])('refuses %j in one line', (change, message) => {
    const check = () => checkShape(RUN, { ...GOOD, ...change }, 'run.json');
    expect(check).toThrow(InputError);
    expect(check).toThrow(message);
  });

  it.each([null, [], 'text', 3, undefined])('refuses %j for an object', (value) => {
    expect(() => checkShape(RUN, value, 'run.json')).toThrow('expected an object');
  });

  it('does not take what an object inherits for its own', () => {
    const inherited = JSON.parse('{"__proto__": {"name": "x"}}') as unknown;
    expect(() => checkShape(RUN, inherited, 'run.json')).toThrow('no field "__proto__"');
    expect(() => checkShape(table(text(4), 9), inherited, 'x')).toThrow(InputError);
  });
});

describe('messages', () => {
  it('stay short, and without what a terminal would obey', () => {
    expect(showValue('x'.repeat(1e6)).length).toBeLessThan(100);
    expect(showValue('\u001b[2J\u202e')).toBe('"\\u001b[2J\\u202e"');
    expect(escapeControls('a\tb\nc\u001b]0;x\u0007\u009b')).toBe(
      'a\tb\nc\\u001b]0;x\\u0007\\u009b',
    );
  });

  it('name the nearest field, and none that is far', () => {
    const fields = ['forgetful_masking', 'forgetful_answer', 'steps'];
    expect(findNearest('forgetful_maskin', fields)).toBe('forgetful_masking');
    expect(findNearest('Steps', fields)).toBe('steps');
    expect(findNearest('colour', fields)).toBeNull();
  });
});
