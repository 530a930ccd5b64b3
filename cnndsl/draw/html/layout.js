// A drawing is laid out with all its parts closed. Where one is opened, the drawing is stretched:
// what lies beside it moves away, and nothing comes nearer to anything else, so that what did not
// overlap does not, and no line crosses what it did not cross.
"use strict";

const STEPS = 12;
const LEAST_STEP = 12;

// A rising map of one axis that makes room: each piece [from, to, more] becomes so much longer.
function stretch(pieces) {
  const cuts = [...new Set(pieces.flatMap(([from, to]) => [from, to]))].sort((a, b) => a - b);
  const rates = cuts.slice(1).map((to, i) => {
    const middle = (cuts[i] + to) / 2;
    const over = pieces.filter(([from, end]) => from < middle && middle < end);
    return Math.max(0, ...over.map(([from, end, more]) => more / (end - from)));
  });
  return (value) => {
    let added = 0;
    rates.forEach((rate, i) => {
      added += rate * Math.max(0, Math.min(value, cuts[i + 1]) - cuts[i]);
    });
    return value + added;
  };
}

// A drawing in its place: `key` names it, `paths` are those of the equal parts that it stands for,
// and `open` has the insides of its opened boxes, by their numbers.
function partOf(drawings, number, key, paths, isOpen) {
  const drawing = drawings[number];
  const part = { drawing, key, paths, open: new Map() };
  for (const box of drawing.boxes) {
    const own = `${key}/${box.n}`;
    if (box.open && isOpen(own)) {
      const inner = joined(paths, box.open.paths);
      part.open.set(box.n, partOf(drawings, box.open.drawing, own, inner, isOpen));
    }
  }
  return part;
}

function joined(paths, names) {
  const join = (path, name) => (path && name ? `${path}.${name}` : path || name);
  return paths.flatMap((path) => names.map((name) => join(path, name)));
}

// Gives a part and all in it their sizes and places, from the inside out.
function arrange(part) {
  const down = [];
  const across = [];
  for (const [number, inner] of part.open) {
    arrange(inner);
    const { c: [x, y], s: [wide, high] } = part.drawing.box[number];
    const [low, end] = inner.frame;
    const [left, right] = [inner.entry[0] - low[0], end[0] - inner.entry[0]];
    down.push([y - high / 2, y + high / 2, Math.max(0, end[1] - low[1] - high)]);
    across.push([x - wide / 2, x, Math.max(0, left - wide / 2)]);
    across.push([x, x + wide / 2, Math.max(0, right - wide / 2)]);
  }
  const [mapX, mapY] = [stretch(across), stretch(down)];
  part.map = ([x, y]) => [mapX(x), mapY(y)];
  part.size = part.map(part.drawing.size);
  for (const [number, inner] of part.open) {
    const [x, y] = part.map(part.drawing.box[number].c);
    inner.at = [x - inner.entry[0], y - (inner.frame[0][1] + inner.frame[1][1]) / 2];
  }
  part.routes = new Map(part.drawing.lines.map((line) => [line, route(part, line)]));
  part.frames = framed(part);
  const { header, exit, box } = part.drawing;
  if (header !== null) {
    const [x, y] = part.map(box[header].c);
    part.entry = [x, y - box[header].s[1] / 2];
    end(part, part.map(box[exit].c)[0]);
  }
}

// An inside ends with its frame: what comes out there goes on in the line of the drawing around it.
function end(part, x) {
  part.frame = part.frames.get(part.drawing.frames.find(({ n }) => n === part.drawing.header));
  const bottom = part.frame[1][1];
  part.exit = [x, bottom];
  for (const [line, { way, tip }] of part.routes) {
    if (line.to !== part.drawing.exit) continue;
    for (const point of [...way, tip]) point[1] = Math.min(point[1], bottom);
  }
}

// Places on the curves of a line, each curve in steps.
function along(points) {
  const found = [points[0]];
  for (let i = 0; i + 3 < points.length; i += 3) {
    for (let step = 1; step <= STEPS; step += 1) {
      const [t, u] = [step / STEPS, 1 - step / STEPS];
      const shares = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
      found.push([0, 1].map((k) => shares.reduce((sum, s, j) => sum + s * points[i + j][k], 0)));
    }
  }
  return found;
}

// The way of a line in a stretched drawing, from box to box, and where its words stand.
function route(part, line) {
  const samples = along(line.points);
  const last = samples.length - 1;
  const way = samples.map(part.map);
  const tip = landed(part, line.to, line.tip, "entry");
  let words = null;
  if (line.words) {
    const distance = ([x, y]) => Math.hypot(x - line.words[0], y - line.words[1]);
    const near = samples.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    words = moved(line.words, near, part.map(near));
  }
  lean(way, landed(part, line.from, samples[0], "exit"));
  // The arrow lies between the last sample and the tip.
  way[last] = moved(samples[last], line.tip, tip);
  return { way, tip, words };
}

// Where the frames come to lie: each keeps its distance from what is in it, rather than becoming
// longer with all the rest. Frames stand before those in them.
function framed(part) {
  const places = new Map();
  for (const frame of [...part.drawing.frames].reverse()) {
    const [left, top, right, bottom] = frame.area;
    const isIn = ([x, y]) => left < x && x < right && top < y && y < bottom;
    const inside = [...inBoxes(part), ...inLines(part)].filter(([[low, high]]) =>
      isIn([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2]));
    for (const [other, place] of places) {
      const [low, high] = [other.area.slice(0, 2), other.area.slice(2)];
      if (isIn(low) && isIn(high)) inside.push([[low, high], place]);
    }
    const edge = (which, corner, k) => {
      const ends = inside.map((pair) => pair[which][corner][k]);
      return corner ? Math.max(...ends) : Math.min(...ends);
    };
    const widest = [part.map([left, top]), part.map([right, bottom])];
    places.set(frame, [0, 1].map((corner) => [0, 1].map((k) => {
      const at = edge(1, corner, k) + frame.area[2 * corner + k] - edge(0, corner, k);
      return corner ? Math.min(at, widest[1][k]) : Math.max(at, widest[0][k]);
    })));
  }
  return places;
}

// The two corners of every box as it is laid out, and as it comes to lie.
function inBoxes(part) {
  const corners = (c, s) => [-1, 1].map((sign) => [0, 1].map((k) => c[k] + (sign * s[k]) / 2));
  return part.drawing.boxes.map(({ n, c, s }) => {
    const inner = part.open.get(n);
    const now = inner ? inner.frame.map((corner) => moved(corner, [0, 0], inner.at))
      : corners(part.map(c), s);
    return [corners(c, s), now];
  });
}

// The same of places on lines, and of the words on them.
function inLines(part) {
  return [...part.routes].flatMap(([line, { way, words }]) => {
    const found = along(line.points).map((point, i) => [[point, point], [way[i], way[i]]]);
    if (words) {
      const around = ([x, y]) => [[x - line.room / 2, y], [x + line.room / 2, y]];
      found.push([around(line.words), around(words)]);
    }
    return found;
  });
}

// Lets a way begin at a point: where that is a little aside, all of it leans, without a step.
function lean(way, start) {
  const aside = start[0] - way[0][0];
  if (Math.abs(aside) < LEAST_STEP) {
    way.forEach((point, i) => { point[0] += aside * (1 - i / (way.length - 1)); });
  }
  way[0] = start;
}

// A point as far from `to` as it was from `from`.
function moved(point, from, to) {
  return [0, 1].map((k) => point[k] + to[k] - from[k]);
}

// Where the end of a line at a box comes to lie; of an opened box, at its header or its exit.
function landed(part, number, point, side) {
  const box = part.drawing.box[number];
  const inner = part.open.get(number);
  if (!inner) return moved(point, box.c, part.map(box.c));
  const edge = box.c[1] + ((side === "entry" ? -1 : 1) * box.s[1]) / 2;
  if (Math.abs(point[1] - edge) < 3) return moved(inner[side], [0, 0], inner.at);
  const place = part.map(point);
  const [low, high] = inner.frame.map((corner) => moved(corner, [0, 0], inner.at));
  return [0, 1].map((k) => Math.min(Math.max(place[k], low[k]), high[k]));
}
