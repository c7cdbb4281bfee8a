/** After the first visit the page works without a network: a service worker keeps its files. */

/** Starts keeping files, where the browser lets pages do that. */
export function keepOffline(): void {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  // not allowed everywhere, and nothing is lost but the use without a network
  serviceWorker?.register(new URL('offline-worker.js', import.meta.url)).catch(() => undefined);
}
