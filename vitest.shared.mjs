/** What the tests of all packages share: where they lie, and the report that `npm test` sums. */
export default {
  test: {
    include: ['{src,test,e2e}/**/*.test.ts'],
    testTimeout: 90_000,
    server: { deps: { external: [/[/]dist[/]/] } }, // other packages are taken as they are built
    env: { OMP_NUM_THREADS: '1' }, // packages are tested side by side: sessions with a thread a core would wait for each other
    isolate: false, // no test changes what another one imports, and to import ONNX Runtime takes a second
    reporters: ['default', 'json'],
    outputFile: { json: '.test-report.json' },
  },
};
