/* The search index is fetched when somebody searches, not with every page: it grows with the course, and outgrows its
   pages. Material asks for it at once, so its request is held back until the search field is used. */
const { open, send } = XMLHttpRequest.prototype;
const waiting = new WeakSet();

XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  if (url.endsWith("/search_index.json")) waiting.add(this);
  return open.call(this, method, url, ...rest);
};
XMLHttpRequest.prototype.send = function (body) {
  const go = () => send.call(this, body);
  if (!waiting.has(this) || new URLSearchParams(location.search).has("q")) return go();
  document.forms.search.query.addEventListener("focus", go, { once: true });
};
