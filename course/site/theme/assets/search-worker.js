/* Start Material's search worker, with the whole index, when the first query comes.

   Until then this worker stands in for it; then it passes messages on: course/site/search.py.
   Material looks for each word of a query. This worker cuts names into words as the index does,
   and puts first what has the query as it was typed: with `get_versions` somebody means a name. */
const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3]; // Material's types of messages
const STEP = 1e9; // more than any of Material's scores
let setup; // the first message: how to search; its index is empty
let material; // a promise of Material's worker
let typed; // the latest query

onmessage = async ({ data: message }) => {
  if (message.type === SETUP) {
    setup = message;
    postMessage({ type: READY });
  } else if (material || (message.type === QUERY && message.data)) {
    if (message.type === QUERY) {
      typed = message.data;
      message.data = words(typed, setup.data.config); // or `--rm` and `a:b` are operators
    }
    material ??= start();
    (await material).postMessage(message);
  }
};

async function start() {
  const index = await (await fetch(new URL("../search/pages.json", location))).json();
  const worker = new Worker(new URLSearchParams(location.search).get("material"));
  worker.postMessage({ ...setup, data: { ...setup.data, ...index } });
  const sort = sorter(index);
  return new Promise((resolve) => {
    worker.onmessage = ({ data: message }) => {
      if (message.type === READY) return resolve(worker);
      if (message.type === RESULT) sort(message.data.items, typed);
      postMessage(message);
    };
  });
}

function words(text, { separator }) {
  return text.toLowerCase().replace(new RegExp(separator, "g"), " ").trim();
}

/* Return what gives sections and pages a new score and order.

   Best is a section that has the query in its title, as it was typed; worse, if other signs stand
   between the words (`get versions`), if it is only a part of a name, or only in the text.
   Among such sections Material's score decides, but for a name the order of the course: it is
   taught where it comes first. */
function sorter({ config, docs }) {
  const plain = (html) => html.replace(/<[^>]*>/g, "").toLowerCase();
  const forms = (html) => [plain(html), ` ${words(plain(html), config)} `];
  const known = new Map(
    docs.map((doc, place) => [doc.location, [forms(doc.title), forms(doc.text), place]]),
  );
  return (pages, query) => {
    const name = query.trim().toLowerCase();
    const wanted = words(name, config);
    const whole = new RegExp(`(^|\\W)${name.replace(/\W/g, "\\$&")}(\\W|$)`);
    const ways = [
      ([, spaced]) => spaced.includes(` ${wanted}`),
      ([text]) => text.includes(name),
      ([, spaced]) => spaced.includes(` ${wanted} `),
      ([text]) => whole.test(text),
    ];
    for (const section of pages.flat()) {
      const [title, text, place] = known.get(section.location);
      const level = ways.flatMap((way) => [way(text), way(title)]).lastIndexOf(true) + 1;
      if (level) section.score = STEP * level + (name === wanted ? section.score : -place);
    }
    for (const page of pages) page.sort((a, b) => b.score - a.score);
    pages.sort(([a], [b]) => b.score - a.score);
  };
}
