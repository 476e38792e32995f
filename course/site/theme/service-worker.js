/* What has been read and run here works without a network, too. The first Run or Edit registers this worker
   (assets/run/offline.js); nothing asks for it before.

   Pages, and what they look like, come from the network as long as there is one, else from the last visit. What runs
   Python is big and changes only with a build: it is fetched once and kept under that build's name. A new build makes
   this file another one, so that browsers find it, start it, and drop what the old one has kept. */
const BUILD = "{{ build }}"; // course/hooks/offline.py writes it
const RUN = `run ${BUILD} ${registration.scope}`;
const PAGES = `pages ${registration.scope}`; // sites below the same host have caches of their own
const PATIENCE = 4000; // milliseconds that a page waits for a slow network, when there is an older copy of it
const run = new URL("run/", registration.scope).href;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => event.waitUntil(take(event.data)));
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || !url.startsWith(registration.scope)) return;
  event.respondWith(url.startsWith(run) && mode !== "navigate" ? fromBuild(event) : fromNetwork(event));
});

async function activate() {
  const builds = (await caches.keys()).filter((name) => /^run /.test(name) && name.endsWith(` ${registration.scope}`));
  await Promise.all(builds.filter((name) => name !== RUN).map((name) => caches.delete(name)));
  await clients.claim();
}

/** A page names what it had loaded before it was in this worker's hands. */
async function take(urls) {
  await clients.claim(); // a page that was loaded anew by force has left them
  await Promise.allSettled(urls.filter((url) => url.startsWith(registration.scope)).map(async (url) => {
    const [name, cache] = url.startsWith(run) ? [RUN, "no-cache"] : [PAGES, "default"];
    if (name === PAGES || !(await found(name, url))) await keep(name, url, await fetch(url, { cache }));
  })); // what does not come is fetched when it is needed
}

/** Parts of a build: kept ones, else the server's own, never what a browser's cache has of the build before. */
async function fromBuild(event) {
  const { request } = event;
  const kept = await found(RUN, request.url);
  if (kept) return kept;
  const answer = await fetch(request, { cache: "no-cache" });
  event.waitUntil(keep(RUN, request.url, answer.clone())); // a clone is read as the page reads: piece by piece
  return answer;
}

/** The network's answer; without one, or with a slow one, that of the last visit. */
async function fromNetwork(event) {
  const { request } = event;
  const kept = found(PAGES, request.url);
  const asked = fetch(request);
  event.waitUntil(asked.then((answer) => keep(PAGES, request.url, answer.clone()), () => {}));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(() => kept);
  try {
    return (await Promise.race([asked, late])) ?? (await asked);
  } catch (error) {
    const answer = await kept;
    if (!answer) throw error;
    return answer;
  }
}

/** A deck is the same with ?print-pdf, a page with ?q=: what follows the path is no part of a name. */
const bare = (url) => url.replace(/[?#].*$/, "");

async function found(name, url) {
  return (await caches.open(name)).match(bare(url), { ignoreVary: true });
}

/** Keep an answer that is whole; a browser that keeps no more still shows it. */
async function keep(name, url, answer) {
  if (answer.status !== 200 || answer.type !== "basic") return;
  await (await caches.open(name)).put(bare(url), answer).catch(() => {});
}
