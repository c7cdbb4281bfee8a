/** What answers, by its versions. */

import { createRequire } from 'node:module';
import { env } from 'onnxruntime-common';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

/** The version of this package. */
export const VERSION = manifest.version;
/** The version of ONNX Runtime's interface, which is its own. */
export const ONNXRUNTIME_VERSION = env.versions.common;
