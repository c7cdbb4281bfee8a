/** The fields in which a recipe's numbers are written. */

import type { TopologyToken } from '@lifegpt/core';
import { byId, onClick } from '../elements.js';
import { TOPOLOGY_CHOICES } from '../play/setup.js';
import { checkKnobs, FIRST_KNOBS, formatKnobs, type TrainingKnobs } from './knobs.js';

/** The fields. */
export interface RecipeForm {
  /** @throws InputError that says which number is wrong */
  read(): TrainingKnobs;
  show(knobs: TrainingKnobs): void;
  enable(isOn: boolean): void;
}

/**
 * Makes the fields work.
 * @param onChange is told when someone changed one
 */
export function createRecipeForm(onChange: () => void): RecipeForm {
  const input = (id: string): HTMLInputElement => byId<HTMLInputElement>(id);
  const topology = byId<HTMLSelectElement>('knob-topology');
  for (const [token, title] of TOPOLOGY_CHOICES) topology.add(new Option(title, token));
  const single = {
    seed: input('train-seed'),
    rate: input('knob-rate'),
    heads: input('knob-heads'),
  };
  const pairOf = (name: string): readonly [HTMLInputElement, HTMLInputElement] => [
    input(`knob-${name}-0`),
    input(`knob-${name}-1`),
  ];
  const pairs = { sharpness: pairOf('sharpness'), rises: pairOf('rises'), sides: pairOf('sides') };
  const all = [...Object.values(single), topology, ...Object.values(pairs).flat()];

  function show(knobs: TrainingKnobs): void {
    for (const key of ['seed', 'rate', 'heads'] as const) single[key].value = String(knobs[key]);
    topology.value = knobs.topology;
    for (const key of ['sharpness', 'rises', 'sides'] as const) {
      pairs[key].forEach((field, i) => (field.value = String(knobs[key][i])));
    }
    // what is not as it was is not hidden
    const { seed } = knobs;
    if (formatKnobs(knobs) !== formatKnobs({ ...FIRST_KNOBS, seed })) {
      byId<HTMLDetailsElement>('train-knobs').open = true;
    }
  }

  for (const field of all) field.addEventListener('change', onChange);
  onClick('knobs-reset', () => {
    show({ ...FIRST_KNOBS, seed: single.seed.valueAsNumber });
    onChange();
  });
  show(FIRST_KNOBS);
  return {
    read() {
      const two = (key: keyof typeof pairs): readonly [number, number] => [
        pairs[key][0].valueAsNumber,
        pairs[key][1].valueAsNumber,
      ];
      return checkKnobs({
        seed: single.seed.valueAsNumber,
        rate: single.rate.valueAsNumber,
        heads: single.heads.valueAsNumber,
        sharpness: two('sharpness'),
        rises: two('rises'),
        topology: topology.value as TopologyToken,
        sides: two('sides'),
      });
    },
    show,
    enable(isOn) {
      for (const field of [...all, byId<HTMLButtonElement>('knobs-reset')]) field.disabled = !isOn;
    },
  };
}
