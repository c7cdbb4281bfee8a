export { createEngine, type SimdLife } from './engine.js';
export { drawSoupReference } from './soup-reference.js';
export { DENSITY_STEPS, seedSoup, type SoupSeed } from './soup.js';
