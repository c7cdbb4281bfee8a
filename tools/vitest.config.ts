import { defineConfig } from 'vitest/config';
import shared from '../vitest.shared.mjs';

// most of a test is a program that starts, or waits: two at a time leave no core idle
export default defineConfig({
  test: { ...shared.test, include: ['**/*.test.mjs'], maxWorkers: 2 },
});
