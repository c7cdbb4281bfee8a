/**
 * The service worker: the network first, so that nothing is ever old; where there is none, what was kept.
 * The build puts in which files the page needs and a hash of them.
 */

const VERSION = '%VERSION%';
const FILES = JSON.parse('%FILES%');

const CACHE = `lifegpt-page-${VERSION}`;
const urls = new Set(FILES.map((file) => new URL(file, self.registration.scope).href));

self.addEventListener('install', (event) => {
  const kept = caches.open(CACHE).then((cache) => cache.addAll([...urls]));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const isOld = (name) => name.startsWith('lifegpt-page-') && name !== CACHE;
  const dropped = caches
    .keys()
    .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))));
  event.waitUntil(dropped.then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const file = new URL(url);
  file.hash = file.search = '';
  if (method !== 'GET' || !urls.has(file.href)) return;
  event.respondWith(
    fetch(event.request).catch(async (error) => {
      const found = await caches.match(file.href, { cacheName: CACHE });
      if (found === undefined) throw error;
      return found;
    }),
  );
});
