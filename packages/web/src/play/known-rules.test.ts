import { formatRule, parseRule } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { findKnownRule, RULE_FAMILIES } from './known-rules.js';

describe('the well-known rules', () => {
  const all = RULE_FAMILIES.flatMap(({ rules }) => rules.map(([rule]) => rule));

  it('can all be read, and none is there twice', () => {
    const canonical = all.map((rule) => formatRule(parseRule(rule).rule));
    expect(new Set(canonical).size).toBe(all.length);
  });

  it('are found by what they do', () => {
    for (const rule of all) expect(findKnownRule(parseRule(rule).rule)).toBe(rule);
    expect(findKnownRule(parseRule('B3/S2').rule)).toBeNull();
  });
});
