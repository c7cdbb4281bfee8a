/**
 * Writes the libraries' API pages from their TSDoc. An exported symbol without a comment is an error.
 * Usage: node build.mjs [folder]
 *
 * TypeDoc reads TypeScript's compiler API, which version 7 does not have, so this package has a
 * TypeScript of its own; it reads the same sources.
 */

import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, LogLevel, ReflectionKind } from 'typedoc';

const root = resolve(import.meta.dirname, '../..');
const LIBRARIES = ['core', 'simd-life', 'onnx-training', 'model'];

/** What a reader can name; members of types, signatures and parameters are told by their owners. */
const DOCUMENTED = ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable', 'Enum', 'Method'];

/**
 * Reads the sources and says what is wrong with their comments.
 * @param {string | null} folder where the pages go; null writes none
 * @returns {Promise<{ symbols: number, problems: string[] }>}
 */
export async function buildApi(folder) {
  const app = await Application.bootstrap({
    name: 'LifeGPT',
    entryPointStrategy: 'packages',
    entryPoints: LIBRARIES.map((name) => join(root, 'packages', name)),
    packageOptions: {
      entryPoints: ['src/index.ts'],
      readme: 'README.md',
      disableSources: true,
      skipErrorChecking: true, // the build does it
      requiredToBeDocumented: DOCUMENTED,
      validation: { notDocumented: true, notExported: false, invalidLink: true },
    },
    readme: 'none',
    logLevel: LogLevel.Warn,
  });
  const problems = [];
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) problems.push(message);
  };
  const project = await app.convert();
  if (project === undefined) return { symbols: 0, problems };
  app.validate(project);
  if (folder !== null) await app.generateDocs(project, folder);
  const symbols = project.children.flatMap(listSymbols).length;
  return { symbols, problems };
}

/** What a library or a namespace in it exports; what it passes on from elsewhere has its page there. */
function listSymbols({ children = [] }) {
  return children.flatMap((child) => {
    if (child.kindOf(ReflectionKind.Namespace)) return listSymbols(child);
    return child.kindOf(ReflectionKind.Reference) ? [] : [child];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? join(root, 'dist/api'));
  const { symbols, problems } = await buildApi(folder);
  for (const problem of problems) console.error(problem);
  console.log(`${symbols} exported symbols in ${folder}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
