// What a reader does: asks for facts, searches, chooses by pointer or keys.

// Facts

function add(parent, tag, words) {
  const element = document.createElement(tag);
  element.textContent = words;
  parent.append(element);
  return element;
}

const named = (path) => path.replace(/^~(in:|out:)?/, "");
const whole = (number) => number.toLocaleString("en-US");

function tell(key) {
  const { box, paths, part, isHeader, element } = items.get(key);
  const known = isHeader ? outside(part.key) : box;
  facts.replaceChildren();
  add(facts, "h2", known.title);
  add(facts, "p", named(paths[0]) + (part.paths.length > 1
    ? `, and the same in ${part.paths.slice(1).join(", ")}` : ""));
  const list = add(facts, "dl", "");
  const row = (name, value) => {
    if (!value) return;
    add(list, "dt", name);
    add(list, "dd", value);
  };
  row("kind", known.kind);
  row("in", known.in.join(" and "));
  row("out", known.out);
  const each = known.count > 1 ? `, all ${known.count} together` : "";
  row("parameters", known.params && whole(known.params) + each);
  row("MACs", known.macs && whole(known.macs) + each);
  for (const layer of known.layers || []) {
    add(list, "dt", layer.name);
    add(add(list, "dd", ""), "code", layer.call);
  }
  const places = new Set([known.line, ...(known.layers || []).map((layer) => layer.line)]);
  const text = [...places].filter((one) => one in data.lines);
  if (text.length) add(facts, "pre", text.map((one) => `${one}  ${data.lines[one]}`).join("\n"));
  facts.hidden = false;
  const [at, room] = [element.getBoundingClientRect(), paper.getBoundingClientRect()];
  const { offsetWidth: wide, offsetHeight: high } = facts;
  const right = at.right - room.left + 10;
  const left = right + wide < room.width ? right : at.left - room.left - wide - 10;
  facts.style.left = `${Math.min(Math.max(4, left), Math.max(4, room.width - wide - 4))}px`;
  facts.style.top = `${Math.max(4, Math.min(at.top - room.top, room.height - high - 4))}px`;
}

// The closed box of an opened part: the one that its header stands for.
function outside(key) {
  let [number, box] = [data.roots.parts, null];
  for (const own of key.split("/").slice(1)) {
    box = data.drawings[number].box[own];
    number = box.open.drawing;
  }
  return box;
}

// Searching

let names = null;

function allNames(number = data.roots.parts, key = "", prefixes = [""]) {
  return data.drawings[number].boxes.flatMap((box) => {
    if (!box.painted || box.n === data.drawings[number].header) return [];
    const own = `${key}/${box.n}`;
    const paths = joined(prefixes, box.paths);
    const rows = paths.map((path) => ({ path, key: own, title: box.title }));
    if (!box.open) return rows;
    return [...rows, ...allNames(box.open.drawing, own, joined(prefixes, box.open.paths))];
  });
}

function lookFor(words) {
  names = names || allNames();
  const wanted = words.toLowerCase();
  const hits = names.filter(({ path, title }) => `${path} ${title}`.toLowerCase().includes(wanted));
  hits.sort((a, b) => rank(a, wanted) - rank(b, wanted));
  found.replaceChildren();
  for (const hit of hits.slice(0, 60)) {
    const row = add(found, "li", named(hit.path));
    add(row, "small", hit.title);
    row.setAttribute("role", "option");
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      go(hit);
    });
    row.hit = hit;
  }
  if (!hits.length || hits.length > 60) {
    const more = `… ${hits.length} in all`;
    const row = add(found, "li", hits.length ? more : "nothing has this name");
    row.setAttribute("aria-disabled", "true");
  }
  found.hidden = !words;
  pick(0);
}

const rank = ({ path }, wanted) => {
  const name = path.toLowerCase();
  return name === wanted ? 0 : name.endsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3;
};

function pick(number) {
  const rows = [...found.querySelectorAll("[role=option]")];
  rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === number)));
  if (rows[number]) rows[number].scrollIntoView({ block: "nearest" });
}

function bringToMiddle(element) {
  const [at, room] = [element.getBoundingClientRect(), paper.getBoundingClientRect()];
  pan(
    room.x + room.width / 2 - at.x - at.width / 2,
    room.y + room.height / 2 - at.y - at.height / 2,
  );
}

// Brings what has the focus into the window, if it is not there.
function reveal(element) {
  const [at, room] = [element.getBoundingClientRect(), paper.getBoundingClientRect()];
  const isSeen = at.top >= room.top && at.bottom <= room.bottom
    && at.left >= room.left && at.right <= room.right;
  if (!isSeen) bringToMiddle(element);
}

// Opens what an item is in, brings it to the middle, and lets it be seen.
function go({ key }) {
  state.root = data.roots.parts;
  data.level = "";
  const steps = key.split("/");
  for (let i = 2; i < steps.length; i += 1) state.open.add(steps.slice(0, i).join("/"));
  if (state.open.has(key)) key = `${key}/${headerOf(key)}`;
  found.hidden = true;
  draw();
  const { element } = items.get(key);
  camera.scale = Math.max(camera.scale, 1);
  look();
  bringToMiddle(element);
  state.chosen = key;
  mark();
  element.classList.add("found");
  element.focus({ preventScroll: true });
}

// Pointer and keys

const keyOf = (event) => {
  const element = event.target.closest && event.target.closest(".item");
  if (!element) return null;
  return items.has(element.dataset.key) ? element.dataset.key : null;
};

function act(key, isTrace) {
  if (isTrace) {
    trace(key);
    return;
  }
  const { box, isHeader, paths } = items.get(key);
  state.chosen = key;
  if (isHeader || box.open) toggle(key);
  else if (state.root !== data.roots.parts) enter(paths);
  mark();
}

// From a box of a stage to what is first in it.
function enter(paths) {
  names = names || allNames();
  const hit = names.find(({ path }) => paths.includes(path))
    || names.find(({ path }) => paths.some((one) => one.startsWith(`${path}.`)));
  if (hit) go(hit);
}

let drag = null;
paper.addEventListener("pointerdown", (event) => {
  if (event.button === 0) drag = { x: event.clientX, y: event.clientY, far: false };
});
window.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.far && Math.hypot(x, y) < 4) return;
  drag = { x: event.clientX, y: event.clientY, far: true };
  paper.classList.add("dragged");
  facts.hidden = true;
  pan(x, y);
});
window.addEventListener("pointerup", () => {
  paper.classList.remove("dragged");
  // A click follows at once, which ends the drag.
  setTimeout(() => { drag = null; });
});
paper.addEventListener("click", (event) => {
  const key = keyOf(event);
  if (drag && drag.far) return;
  if (key) act(key, event.shiftKey || event.altKey || event.ctrlKey || event.metaKey);
  else {
    state.chosen = null;
    state.traced = null;
    mark();
  }
});
paper.addEventListener("wheel", (event) => {
  event.preventDefault();
  const room = paper.getBoundingClientRect();
  const lines = event.deltaMode ? 30 : 1;
  zoom(Math.exp(-event.deltaY * lines * 0.0015), [event.clientX - room.x, event.clientY - room.y]);
}, { passive: false });
for (const name of ["pointerover", "focusin", "pointerout", "focusout"]) {
  view.addEventListener(name, (event) => {
    const key = keyOf(event);
    facts.hidden = true;
    if (!key || name.endsWith("out") || (drag && drag.far)) return;
    if (name === "focusin" && !drag) reveal(items.get(key).element);
    tell(key);
  });
}

const KEYS = {
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit(),
  ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0),
  ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
  "/": () => search.focus(),
  Escape: () => {
    state.traced = null;
    state.chosen = null;
    facts.hidden = true;
    mark();
  },
};
document.addEventListener("keydown", (event) => {
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = keyOf(event);
  if (key && (event.key === "Enter" || event.key === " ")) act(key, event.shiftKey);
  else if (event.key.toLowerCase() === "p" && (key || state.chosen)) trace(key || state.chosen);
  else if (event.key in KEYS) KEYS[event.key]();
  else return;
  event.preventDefault();
});
search.addEventListener("input", () => lookFor(search.value.trim()));
search.addEventListener("focus", () => search.value && lookFor(search.value.trim()));
search.addEventListener("blur", () => { found.hidden = true; });
search.addEventListener("keydown", (event) => {
  const rows = [...found.querySelectorAll("[role=option]")];
  const now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") pick(Math.min(now + 1, rows.length - 1));
  else if (event.key === "ArrowUp") pick(Math.max(now - 1, 0));
  else if (event.key === "Enter" && rows[now]) go(rows[now].hit);
  else if (event.key === "Escape") paper.focus();
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-level]")) {
  button.addEventListener("click", () => showAs(button.dataset.level));
}
by("in").addEventListener("click", () => zoom(1.25));
by("out").addEventListener("click", () => zoom(0.8));
by("fit").addEventListener("click", () => fit());
by("path").addEventListener("click", () => state.chosen && trace(state.chosen));
by("dark").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = getComputedStyle(root).colorScheme === "dark";
  root.dataset.theme = isDark ? "light" : "dark";
});
window.addEventListener("resize", look);
draw();
fit(LEAST);
