/** What a Web Worker of the engine runs. */

import { serveThread } from '@lifegpt/simd-life';

serveThread({
  post: (message) => self.postMessage(message),
  listen: (onMessage) => self.addEventListener('message', ({ data }) => onMessage(data)),
});
