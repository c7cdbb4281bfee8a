/**
 * Whole numbers that are known up to some free ones: a constant and a multiple of each of four unknowns, which are 0 or more.
 * Distances, sides and places of all boards of a class are such forms, and what holds of a form holds on all of these boards.
 */

/** `[constant, a, b, c, d]`: constant + a v₀ + b v₁ + c v₂ + d v₃ for any whole v ≥ 0. */
export type Form = readonly [constant: number, v0: number, v1: number, v2: number, v3: number];

/** A number that is known. */
export const constantForm = (value: number): Form => [value, 0, 0, 0, 0];
/** A number that is at least `least`, by the unknown of some index. */
export function farForm(least: number, unknown: number): Form {
  return [least, 0, 0, 0, 0].map((value, i) => (i === unknown + 1 ? 1 : value)) as unknown as Form;
}
/** The sum of two. */
export function addForms(a: Form, b: Form): Form {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]];
}
/** The difference of two. */
export function subtractForms(a: Form, b: Form): Form {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3], a[4] - b[4]];
}
/** A form a few more. */
export function shiftForm(a: Form, by: number): Form {
  return [a[0] + by, a[1], a[2], a[3], a[4]];
}
/** Whether it is `least` or more, whatever the unknowns are. */
export function isAtLeast([constant, ...factors]: Form, least: number): boolean {
  return constant >= least && factors.every((factor) => factor >= 0);
}
/** Whether it is `most` or less, whatever the unknowns are. */
export function isAtMost([constant, ...factors]: Form, most: number): boolean {
  return constant <= most && factors.every((factor) => factor <= 0);
}
/** Equal names are equal forms. */
export const nameForm = (form: Form): string => form.join(' ');
