/** The page itself without network: a service worker keeps the player's page and its files, never any part of a form. */

const FONT = "/sit/name-font.";
const PAGES = /^\/sit\/attempts\/[0-9a-f-]+\/$/;

/**
 * Register the worker and give it what this page has loaded so far: it may have come later than the page. `files` are
 * those the next page will need, so that at the start of an exam nobody waits for them.
 */
export async function keepPage(worker, files = []) {
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker, { scope: "/sit/" });
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const wanted = [window.location.href, ...loaded, ...files.map((file) => new URL(file, window.location.href).href)];
    active.postMessage({ keep: wanted.filter((one) => one.startsWith(window.location.origin)) });
  } catch {
    // Forbidden by the browser: the page works, it only cannot be reloaded without network.
  }
}

/** Forget the player's pages but for those of the attempts named, and the fonts with other candidates' names. */
export async function forgetPages(but = []) {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname } = new URL(request.url);
      const foreign = PAGES.test(pathname) && !but.some((attempt) => pathname.includes(attempt));
      if (foreign || (!but.length && pathname.startsWith(FONT))) await cache.delete(request);
    }
  }
}
