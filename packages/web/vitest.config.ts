import { defineConfig } from 'vitest/config';
import shared from '../../vitest.shared.mjs';

// browsers side by side would only wait for each other
export default defineConfig({ test: { ...shared.test, fileParallelism: false } });
