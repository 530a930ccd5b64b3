// The page: draws what is opened, marks what is chosen, and looks closer.
const SVG = "http://www.w3.org/2000/svg";
const data = JSON.parse(document.getElementById("data").textContent);
const by = (id) => document.getElementById(id);
const [paper, view, facts, search, found] = ["paper", "view", "facts", "search", "found"].map(by);
data.drawings.forEach((drawing, number) => {
  drawing.box = Object.fromEntries(drawing.boxes.map((box) => [box.n, box]));
  drawing.template = by(`drawing${number}`);
});
const state = { root: data.root, open: new Set(data.open), chosen: null, traced: null };
const camera = { x: 0, y: 0, scale: 1 };
// What is on the paper: items by their keys, and the lines between them.
let items = new Map();
let lines = [];

// Drawing

function draw() {
  const focus = document.activeElement.dataset ? document.activeElement.dataset.key : "";
  items = new Map();
  lines = [];
  const isOpen = (key) => state.root === data.roots.parts && state.open.has(key);
  const part = partOf(data.drawings, state.root, "", [""], isOpen);
  arrange(part);
  view.replaceChildren(drawn(part));
  view.size = part.size;
  showLevel();
  mark();
  if (focus && items.has(focus)) items.get(focus).element.focus({ preventScroll: true });
}

function drawn(part, depth = 0) {
  const { drawing } = part;
  const groups = [...drawing.template.cloneNode(true).children];
  const result = document.createElementNS(SVG, "g");
  drawing.frames.forEach((frame) => {
    const element = groups.shift();
    place(frame, part.frames.get(frame), element);
    element.classList.toggle("inner", depth % 2 === 1);
    if (frame.n === drawing.header) item(part, drawing.box[frame.n], element, true);
    result.append(element);
  });
  for (const inner of part.open.values()) {
    const element = drawn(inner, depth + 1);
    element.setAttribute("transform", `translate(${inner.at})`);
    result.append(element);
  }
  drawing.lines.forEach((line) => {
    const element = groups.shift();
    lead(part, line, element);
    result.append(element);
  });
  for (const box of drawing.boxes.filter((one) => one.painted)) {
    const element = groups.shift();
    if (part.open.has(box.n)) continue;
    const [x, y] = moved([0, 0], box.c, part.map(box.c));
    if (x || y) element.setAttribute("transform", `translate(${x} ${y})`);
    item(part, box, element, false);
    result.append(element);
  }
  return result;
}

function place(frame, corners, element) {
  const [left, top, right] = frame.area;
  const [from, to] = corners;
  const [rect, ...words] = element.children;
  const size = { x: from[0], y: from[1], width: to[0] - from[0], height: to[1] - from[1] };
  Object.entries(size).forEach(([name, value]) => rect.setAttribute(name, value));
  for (const word of words) {
    const isLeft = Number(word.getAttribute("x")) < (left + right) / 2;
    const shift = [isLeft ? from[0] - left : to[0] - right, from[1] - top];
    word.setAttribute("transform", `translate(${shift})`);
  }
}

function lead(part, line, element) {
  element.classList.add("line");
  const title = document.createElementNS(SVG, "title");
  title.textContent = line.shape;
  element.prepend(title);
  const end = (number, side) => {
    const inner = part.open.get(number);
    return inner ? `${inner.key}/${inner.drawing[side]}` : `${part.key}/${number}`;
  };
  lines.push({ element, from: end(line.from, "exit"), to: end(line.to, "header") });
  // Where nothing moves, curves stay curves.
  if (!part.open.size && line.to !== part.drawing.exit) return;
  const { way, tip, words } = part.routes.get(line);
  for (const shape of element.querySelectorAll("path, polygon, text")) {
    if (shape.tagName === "path") {
      // Its end lies under the arrow.
      const last = way[way.length - 1];
      const end = [0, 1].map((k) => last[k] + (tip[k] - last[k]) / 3);
      shape.setAttribute("d", `M${[...way, end].map((point) => point.join(" ")).join("L")}`);
    } else {
      const to = shape.tagName === "polygon" ? moved([0, 0], line.tip, tip)
        : moved([0, 0], line.words, words);
      shape.setAttribute("transform", `translate(${to})`);
    }
  }
}

// An item is what can be pointed at: a box, or the frame of an opened part, with its header.
function item(part, box, element, isFrame) {
  const isHeader = box.n === part.drawing.header;
  const paths = isHeader ? part.paths : joined(part.paths, box.paths);
  const key = `${part.key}/${box.n}`;
  element.classList.add("item");
  element.dataset.key = key;
  if (isFrame) {
    element.classList.add("part");
    return;
  }
  items.set(key, { element, part, box, paths, isHeader });
  element.dataset.path = paths[0];
  element.setAttribute("tabindex", "0");
  const opens = isHeader || box.open;
  if (opens) {
    element.classList.add("part");
    handle(box, element, isHeader);
  }
  element.setAttribute("role", opens ? "button" : "img");
  if (opens) element.setAttribute("aria-expanded", String(isHeader));
  element.setAttribute("aria-label", `${box.title}, ${paths[0]}`);
}

// The sign in the corner of what can be opened or folded.
function handle({ c, s }, element, isOpen) {
  const [x, y] = [c[0] + s[0] / 2 - 1, c[1] - s[1] / 2 + 1];
  const [circle, sign] = ["circle", "path"].map((tag) => document.createElementNS(SVG, tag));
  Object.entries({ cx: x, cy: y, r: 4, class: "handle" })
    .forEach(([name, value]) => circle.setAttribute(name, value));
  sign.setAttribute("d", `M${x - 2} ${y}h4${isOpen ? "" : `M${x} ${y - 2}v4`}`);
  element.append(circle, sign);
}

// Opening and folding

function toggle(key) {
  const it = items.get(key);
  const own = it.isHeader ? it.part.key : key;
  const header = (open) => items.get(open ? `${own}/${headerOf(own)}` : own);
  const wasOpen = state.open.has(own);
  const before = (wasOpen ? it : items.get(own)).element.getBoundingClientRect();
  if (wasOpen) state.open.delete(own);
  else state.open.add(own);
  data.level = "";
  draw();
  const now = header(!wasOpen);
  const after = now.element.getBoundingClientRect();
  camera.x += before.x + before.width / 2 - after.x - after.width / 2;
  camera.y += before.y - after.y;
  look();
  now.element.focus({ preventScroll: true });
}

// The header's number in the inside of the box of a key.
function headerOf(key) {
  let number = data.roots.parts;
  for (const box of key.split("/").slice(1)) number = data.drawings[number].box[box].open.drawing;
  return data.drawings[number].header;
}

function everyKey(test, number = data.roots.parts, key = "") {
  return data.drawings[number].boxes.filter((box) => box.open && test(box)).flatMap((box) => {
    const own = `${key}/${box.n}`;
    return [own, ...everyKey(test, box.open.drawing, own)];
  });
}

function showAs(level) {
  const isFlat = level === "network" || level === "stage";
  state.root = isFlat ? data.roots[level] : data.roots.parts;
  if (level === "block") state.open = new Set(everyKey((box) => !box.leaf));
  if (level === "layer") state.open = new Set(everyKey(() => true));
  data.level = level;
  state.chosen = null;
  state.traced = null;
  draw();
  fit(LEAST);
}

function showLevel() {
  for (const button of document.querySelectorAll("[data-level]")) {
    button.setAttribute("aria-pressed", String(button.dataset.level === data.level));
  }
}

// The path of a tensor

function trace(key) {
  state.traced = state.traced === key ? null : key;
  state.chosen = key;
  mark();
}

function reached(key, from, to) {
  const seen = new Set([key]);
  const next = new Map();
  for (const line of lines) next.set(line[from], [...(next.get(line[from]) || []), line[to]]);
  for (const one of seen) (next.get(one) || []).forEach((other) => seen.add(other));
  return seen;
}

function mark() {
  if (!items.has(state.chosen)) state.chosen = null;
  if (!items.has(state.traced)) state.traced = null;
  by("path").setAttribute("aria-pressed", String(Boolean(state.traced)));
  for (const [key, { element }] of items) {
    element.classList.toggle("chosen", key === state.chosen);
  }
  view.classList.toggle("traced", Boolean(state.traced));
  if (!state.traced) return;
  const above = reached(state.traced, "to", "from");
  const below = reached(state.traced, "from", "to");
  for (const element of view.querySelectorAll(".item")) {
    const { key } = element.dataset;
    element.classList.toggle("lit", above.has(key) || below.has(key));
  }
  for (const { element, from, to } of lines) {
    const isLit = (above.has(from) && above.has(to)) || (below.has(from) && below.has(to));
    element.classList.toggle("lit", isLit);
  }
}

// Looking closer

function look() {
  view.setAttribute("transform", `translate(${camera.x} ${camera.y}) scale(${camera.scale})`);
}

// At first, what is too high for the window begins at its top, with words that can be read.
const LEAST = 1.1;

// Shows all of it, or, from a scale on that is the least, as much as there is room for.
function fit(least = 0) {
  const { width, height } = paper.getBoundingClientRect();
  const [wide, high] = view.size;
  const all = Math.min(2, (width - 30) / wide, (height - 30) / high);
  camera.scale = Math.max(all, Math.min(least, (width - 30) / wide));
  camera.x = (width - wide * camera.scale) / 2;
  camera.y = Math.max(15, (height - high * camera.scale) / 2);
  look();
}

function zoom(by, at) {
  const { width, height } = paper.getBoundingClientRect();
  const [x, y] = at || [width / 2, height / 2];
  const scale = Math.min(12, Math.max(0.03, camera.scale * by));
  camera.x = x - ((x - camera.x) * scale) / camera.scale;
  camera.y = y - ((y - camera.y) * scale) / camera.scale;
  camera.scale = scale;
  look();
}

function pan(x, y) {
  camera.x += x;
  camera.y += y;
  look();
}
