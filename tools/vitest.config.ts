import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../vitest.shared.mjs';

// most of a test is a program that starts, or waits: two at a time leave no core idle
const own = { include: ['**/*.test.mjs'], maxWorkers: 2 };

export default mergeConfig(defineConfig({ test: { ...shared.test, include: [] } }), { test: own });
