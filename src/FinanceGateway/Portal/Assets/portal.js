// Keeps the overview current while someone looks at it: fetches the page again and exchanges the sections that changed.
// The page is whole without it.

const PERIOD_MS = 3000;
const PATIENCE_MS = 10000;

const main = document.querySelector("main");
const offline = document.getElementById("offline");
const button = document.getElementById("refresh");

let paused = false;
let seen = null;

function adopt(next, current) {
  // What the reader has opened stays open.
  for (const opened of current.querySelectorAll("details[id][open]")) {
    next.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
  }
  if (next.isEqualNode(current)) {
    return;
  }
  const known = new Set(Array.from(current.querySelectorAll("[data-key]"), (row) => row.dataset.key));
  if (known.size > 0) {
    for (const row of next.querySelectorAll("[data-key]")) {
      row.classList.toggle("fresh", !known.has(row.dataset.key));
    }
  }
  const scrolled = Array.from(current.querySelectorAll(".scroll"), (box) => box.scrollLeft);
  const focused = current.contains(document.activeElement) ? pathOf(document.activeElement, current) : null;
  current.replaceWith(next);
  next.querySelectorAll(".scroll").forEach((box, index) => { box.scrollLeft = scrolled[index] ?? 0; });
  if (focused) {
    next.querySelector(focused)?.focus({ preventScroll: true });
  }
}

function pathOf(element, root) {
  const parent = element.closest("[id]");
  if (!parent || !root.contains(parent) || parent === root) {
    return element.className ? `${element.localName}.${CSS.escape(element.classList[0])}` : element.localName;
  }
  return parent === element ? `#${CSS.escape(element.id)}` : `#${CSS.escape(parent.id)} ${element.localName}`;
}

function show(page) {
  const next = page.querySelector("main");
  if (!next) {
    return;
  }
  const names = (root) => Array.from(root.children, (child) => child.id).join(" ");
  if (names(next) === names(main)) {
    for (const section of Array.from(next.children)) {
      adopt(document.importNode(section, true), document.getElementById(section.id));
    }
  } else {
    main.replaceChildren(...Array.from(next.childNodes, (node) => document.importNode(node, true)));
  }
  document.title = page.title;
}

async function refresh() {
  const answer = await fetch(location.href, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE_MS) });
  const tag = answer.headers.get("ETag");
  if (tag === null || tag !== seen) {
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    seen = tag;
  }
}

async function follow() {
  for (;;) {
    await new Promise((resolve) => { setTimeout(resolve, PERIOD_MS); });
    if (paused || document.hidden) {
      continue;
    }
    try {
      await refresh();
      offline.hidden = true;
    } catch {
      offline.hidden = false;
    }
  }
}

function label() {
  button.textContent = paused ? button.dataset.resume : button.dataset.pause;
}

button.addEventListener("click", () => {
  paused = !paused;
  label();
});
label();
button.hidden = false;
// Where the chart is wider than the screen, the latest months come first.
for (const box of document.querySelectorAll(".scroll")) {
  box.scrollLeft = box.scrollWidth;
}
follow();
