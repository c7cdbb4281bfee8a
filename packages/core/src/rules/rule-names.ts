/** Rules by the names that they go by. */

import { findNearest } from '../shape.js';

/** Names in lower case, letters and digits alone. Several names of a rule stand in one line. */
const NAMES: ReadonlyMap<string, string> = new Map(
  [
    'B3/S23 life conwayslife gameoflife conwaysgameoflife',
    'B36/S23 highlife',
    'B3678/S34678 dayandnight daynight',
    'B2/S seeds',
    'B3/S012345678 lifewithoutdeath lwod inkspot',
    'B1357/S1357 replicator',
    'B1357/S02468 fredkin',
    'B2/S0 livefreeordie',
    'B234/S serviettes persianrug',
    'B3/S12345 maze',
    'B3/S1234 mazectric',
    'B37/S12345 mazewithmice',
    'B37/S1234 mazectricwithmice',
    'B3/S023 dotlife',
    'B3/S12 flock',
    'B3/S238 eightlife',
    'B37/S23 drylife',
    'B38/S23 pedestrianlife',
    'B38/S238 honeylife',
    'B34/S34 34life',
    'B345/S5 longlife',
    'B345/S4567 assimilation',
    'B357/S238 pseudolife',
    'B357/S1358 amoeba',
    'B36/S125 2x2',
    'B368/S245 move morley',
    'B378/S235678 coagulations',
    'B3678/S235678 stains',
    'B3/S45678 coral',
    'B35678/S5678 diamoeba',
    'B25678/S5678 iceballs',
    'B4678/S35678 anneal twistedmajority',
    'B5678/S45678 vote majority',
    'B45678/S2345 walledcities',
    'B1/S1 gnarl',
    'B1/S012345678 htrees',
    'B0123478/S01234678 antilife',
    'B2-a/S12 justfriends',
    'B3/S2-i34q tlife',
  ].flatMap((line) => {
    const [rule, ...names] = line.split(' ') as [string, ...string[]];
    return names.map((name) => [name, rule] as const);
  }),
);

/** A name of each rule that has one. */
export const listRuleNames = (): string[] => {
  const rules = new Map([...NAMES].toReversed().map(([name, rule]) => [rule, name]));
  return [...rules.values()].toSorted();
};

/** The rule of a name, however it is written (`Day & Night`, `HighLife`), or undefined. */
export function findNamedRule(name: string): string | undefined {
  return NAMES.get(
    name
      .toLowerCase()
      .replace(/&/g, 'and')
      .replace(/[^a-z0-9]/g, ''),
  );
}

/** The known name that a misspelt one comes nearest to, or null where none is near. */
export const findNearestRuleName = (name: string): string | null =>
  findNearest(name, [...NAMES.keys()]);
