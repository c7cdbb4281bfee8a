/** What to say of a rule that is none of two states on the 3x3 neighbourhood. */

/** What kind of rule a text is, naming the part that says so. */
export function explainForeignRule(text: string): string {
  if (text === '') return 'there is no rule in it';
  if (/^w\d+$/i.test(text)) {
    return `'${text}' is a one-dimensional (Wolfram) rule, not a life-like one`;
  }
  if (/^[a-z&_-]+$/i.test(text)) return `'${text}' is a name or a word, not the rule itself`;
  const generations = /^b?\d*\/s?\d*\/[a-z]?(\d+)$/i.exec(text);
  if (generations) {
    return `the third part '${generations[1]}' makes it a Generations rule, which has more than two states`;
  }
  if (/^r\d+,/i.test(text)) {
    return `'${text}' is a Larger-than-Life rule, which looks further than the eight cells around`;
  }
  const stranger = /[^bs0-8/cekainyqjrtwzhv_-]/i.exec(text);
  return stranger
    ? `'${stranger[0]}' has no place in a rule`
    : `'${text}' does not give its birth and survival counts`;
}
