/** Places inside a network where a value is looked at, or another one put instead. */

import type { Value } from '@lifegpt/onnx-training';

/** Is given each value that has a name, and says what the network goes on with. */
export type Hook = (place: string, value: Value) => Value;

/** What may have a hook. */
export interface Hooked {
  readonly hook?: Hook | undefined;
}

/** The value that the network goes on with at a place. */
export const passBy = ({ hook }: Hooked, place: string, value: Value): Value =>
  hook === undefined ? value : hook(place, value);
