/** Changes to files, each a function of a random stream: bytes, characters, and values of JSON. */

const pick = (random, list) => list[random.nextInt(list.length)];

/** What does harm where it is believed. */
const HOSTILE = [
  null,
  true,
  -1,
  0,
  0.5,
  1e-9,
  1e9,
  1e308,
  -5,
  2147483648,
  2 ** 53,
  '',
  'NaN',
  '../../escape',
  '/../../../escape',
  '/etc/passwd',
  '..\\escape',
  'a\0b',
  '\u001b[2J\u202e',
  'x'.repeat(5000),
  [],
  {},
  [[[[[]]]]],
  ['../escape'],
  [-1, 1e12],
];

/** Changes some bytes: flips, cuts, repeats, inserts, and numbers at their ends. */
export function mutateBytes(random, bytes) {
  let changed = Buffer.from(bytes);
  for (let n = 1 + random.nextInt(4); n > 0; n--) {
    const at = random.nextInt(changed.length + 1);
    const length = 1 + random.nextInt(16);
    const piece = Buffer.from(Array.from({ length }, () => random.nextInt(256)));
    const before = changed.subarray(0, at);
    changed = pick(random, [
      () => {
        const flipped = Buffer.from(changed);
        if (at < flipped.length) flipped[at] ^= 1 << random.nextInt(8);
        return flipped;
      },
      () => Buffer.concat([before, changed.subarray(Math.min(changed.length, at + length))]),
      () => Buffer.concat([before, piece, changed.subarray(at)]),
      () => Buffer.concat([before, changed.subarray(Math.max(0, at - length))]),
      () => before,
      () => {
        const filled = Buffer.from(changed);
        filled.fill(pick(random, [0, 0x7f, 0x80, 0xff]), at, Math.min(filled.length, at + 4));
        return filled;
      },
    ])();
  }
  return changed;
}

/** Changes a text as `mutateBytes` does, or puts something into it that texts should not have. */
export function mutateText(random, bytes) {
  if (random.nextInt(2) === 0) return mutateBytes(random, bytes);
  const text = bytes.toString('utf8');
  const at = random.nextInt(text.length + 1);
  const planted = pick(random, [
    () => '9'.repeat(1 + random.nextInt(30)),
    () => '"'.repeat(1 + random.nextInt(3)),
    () => '\n'.repeat(1 + random.nextInt(2000)),
    () => pick(random, ['\0', '\u001b]0;x\u0007', '\ufeff', '\u202e', '\r', '-', '\t', '💥']),
    () => `${random.nextInt(1e9)}${pick(random, ['o', 'b', '$', '*', '.', ',', '!'])}`,
    () => text.slice(0, random.nextInt(text.length + 1)).repeat(1 + random.nextInt(5)),
    () => '['.repeat(random.nextInt(20_000)),
  ])();
  return Buffer.from(text.slice(0, at) + planted + text.slice(at));
}

/** Changes a value of a JSON text, or its bytes. @param reseal mends the checksums of what was changed */
export function mutateJson(random, bytes, reseal = (value) => value) {
  if (random.nextInt(5) === 0) return mutateText(random, bytes);
  const value = JSON.parse(bytes.toString('utf8'));
  for (let n = 1 + random.nextInt(2); n > 0; n--) mutateValue(random, value);
  return Buffer.from(JSON.stringify(reseal(value)));
}

/** A value of its own: one that is put into itself would be no JSON. */
const drawHostile = (random) => structuredClone(pick(random, HOSTILE));

function mutateValue(random, root) {
  const places = listPlaces(root);
  if (places.length === 0) return;
  const [holder, key] = pick(random, places);
  pick(random, [
    () => (holder[key] = drawHostile(random)),
    () => (holder[key] = drawHostile(random)),
    () => (Array.isArray(holder) ? holder.splice(key, 1) : delete holder[key]),
    () => {
      if (Array.isArray(holder)) holder.push(structuredClone(holder[key]));
      else holder[`${key}${pick(random, ['s', '_', ''])}`.slice(random.nextInt(2))] = holder[key];
    },
    () => {
      if (typeof holder[key] !== 'number') holder[key] = drawHostile(random);
      else holder[key] *= pick(random, [-1, 0.5, 1e6, 1e300]);
    },
  ])();
}

/** Every value of a tree with what holds it; of long lists the first ones. */
function listPlaces(node, depth = 0) {
  if (typeof node !== 'object' || node === null || depth > 12) return [];
  return Object.keys(node)
    .slice(0, 64)
    .flatMap((key) => [[node, key], ...listPlaces(node[key], depth + 1)]);
}
