/** What to say of a rule that is none of two states on the 3x3 neighbourhood. */

import { findNearestRuleName } from './rule-names.js';

/** Families of other automata, by how their rules are written. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^w\d+$/i, 'is a one-dimensional (Wolfram) rule, not one of the plane'],
  [/^r\d+,/i, 'is a Larger-than-Life rule, which looks further than the eight cells around'],
  [/^ms?,?d\d/i, 'is a Margolus rule, which changes blocks of four cells'],
  [/^(jvn29|nobili32|hutton32)$/i, 'is one of von Neumann’s automata, with 29 states or more'],
  [/^wireworld$/i, 'is WireWorld, which has four states'],
  [/^lifehistory|^[^/]*\/?[^/]*history$/i, 'marks the history of cells, with seven states'],
  [/super$/i, 'is a rule of LifeSuper’s kind, with 26 states'],
  [/^[^/]*\/[^/]*\/[cg]?\d+[hv]?$|^g\d+b|^b[^/]*s[^/]*[gc]\d+$/i, 'is a Generations rule'],
];

/** What kind of rule a text is, naming the part that says so. */
export function explainForeignRule(text: string): string {
  if (text === '') return 'there is no rule in it';
  const [, family] = FAMILIES.find(([pattern]) => pattern.test(text)) ?? [];
  if (family?.endsWith('Generations rule')) return explainGenerations(text);
  if (family !== undefined) return `'${text}' ${family}`;
  if (/^[a-z&_-]+$|^[a-z]{3}[\w&-]*$/i.test(text)) {
    const nearest = findNearestRuleName(text);
    const meant = nearest === null ? '' : `, and ${nearest} is one that is known`;
    return `'${text}' is a name or a word, not the rule itself${meant}`;
  }
  const torus = /^([bs0-8/]+)[tpkc]\d*(,\d*)?$/i.exec(text);
  if (torus !== null) {
    return `'${text.slice(torus[1]!.length)}' is no part of it; the board stands behind a colon, as in ${torus[1]!}:T32,32`;
  }
  const stranger = /[^bs0-8/cekainyqjrtwzhv_-]/i.exec(text);
  return stranger
    ? `'${stranger[0]}' has no place in a rule`
    : `'${text}' does not give its birth and survival counts`;
}

/** Rules whose third part is a number of states. */
function explainGenerations(text: string): string {
  const [, states] = /(\d+)[hv]?$|^g(\d+)/i.exec(text)!;
  const count = states ?? /\d+/.exec(text)![0];
  const reason = `the third part '${count}' makes it a Generations rule`;
  if (count !== '2') return `${reason}, which has more than two states`;
  return `${reason}; of two states it is ${text.replace(/\/[cg]?2$/i, '')}, so leave the third part out`;
}
