/** Asks for a proof; each model is proved once. */

import type { Proof, ProofMessage } from './messages.js';

const proofs = new Map<string, Promise<Proof>>();

/**
 * The proof of a model that ships.
 * @param onProgress is told the share that is through
 */
export function proveModel(name: string, onProgress: (share: number) => void): Promise<Proof> {
  const known = proofs.get(name);
  if (known !== undefined) return known;
  const worker = new Worker(new URL('proof.js', import.meta.url), { type: 'module' });
  const proof = new Promise<Proof>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<ProofMessage>) => {
      if (data.kind === 'progress') onProgress(data.done / data.total);
      else if (data.kind === 'proof') resolve(data);
      else reject(new Error(data.reason));
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new Error(`the proof could not be started (${event.message || 'no worker'})`));
    });
  }).finally(() => worker.terminate());
  proofs.set(name, proof);
  proof.catch(() => proofs.delete(name)); // another try begins anew
  worker.postMessage(name);
  return proof;
}
