/**
 * Keeps the player's page and its files for a reload without network. The form is not among them: it comes from the API,
 * which is never kept here; the page keeps it encrypted (vault.js). {{ version }} names the files of one release.
 */

const CACHE = "sit-{{ version }}";
const PATIENCE = 4000;
const PAGE = /^\/sit\/attempts\/[0-9a-f-]+\/$/;
const FILES = "{{ static_url }}";
const FONT = "/sit/name-font.";

self.addEventListener("install", () => self.skipWaiting());
// A new release in the middle of a sitting: the page that is open, and its files, must outlive the network all the same.
// The pages of a candidate are forgotten with the hand-in, and with the last of them the files of older releases.
self.addEventListener("activate", (event) => {
  const carryOver = async () => {
    const cache = await caches.open(CACHE);
    for (const name of await caches.keys()) {
      if (!name.startsWith("sit-") || name === CACHE) continue;
      const old = await caches.open(name);
      const kept = await old.keys();
      if (kept.some((request) => isPage(new URL(request.url)))) {
        for (const request of kept) if (!(await cache.match(request, { ignoreVary: true }))) await cache.put(request, await old.match(request));
      }
      await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(carryOver());
});

const isPage = (url) => url.origin === self.location.origin && PAGE.test(url.pathname);
const isFile = (url) => url.origin === self.location.origin && (url.pathname.startsWith(FILES) || url.pathname.startsWith(FONT));

async function fetchAndKeep(request, signal) {
  const response = await fetch(request, { signal });
  // A redirect leads away from the page (handed in, signed out): that is no page to come back to.
  if (response.ok && !response.redirected) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

async function page(request) {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreVary: true });
  if (!kept) return fetchAndKeep(request);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetchAndKeep(request, abort.signal);
    return response.status < 500 ? response : kept; // what stands in front of a server that restarts answers for it
  } catch {
    return kept;
  } finally {
    clearTimeout(timer);
  }
}

async function file(request) {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreVary: true });
  return kept || fetchAndKeep(request);
}

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const url = new URL(event.request.url);
  if (event.request.mode === "navigate" && isPage(url)) event.respondWith(page(event.request));
  else if (isFile(url)) event.respondWith(file(event.request));
});

self.addEventListener("message", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    for (const address of event.data.keep) {
      const url = new URL(address);
      if ((isPage(url) || isFile(url)) && !(await cache.match(address, { ignoreVary: true }))) await fetchAndKeep(address).catch(() => {});
    }
  };
  event.waitUntil(keep());
});
