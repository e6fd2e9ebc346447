// A network drawn by vis-network, which stands above this text (views/drawing.py puts it there).
// Positions come with the data and physics is off, so the picture is ready at once and always the same.
// When nodes come or go, those that stay keep their place. Labels, pins and what is lit are painted here,
// over the picture: a few hundred words at most, however many nodes. Labels go to a canvas, everything
// else is set as text: nothing from a document becomes mark-up.

const drawn = new WeakMap();
const FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif";
const INK = "#1d2733";
const BORDER = "#3d4853";
const KEPT = 0.3; // of the nodes that were there: with fewer, the picture is drawn anew
const SIZE = 13; // of a label, in pixels of the screen at any zoom
const LABELS = 160; // more cannot be read at once
const MANY = 900; // lines: with more they are not drawn while the picture moves
const VEIL = 0.62; // how far what is not next to the chosen node fades

export default function ({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector(".drawing");
  let state = drawn.get(box);
  if (!state) {
    state = { box, shown: null, network: null, pins: new Map(), pinsSeen: "[]", awaited: null, labels: [] };
    drawn.set(box, state);
    state.frame = parentElement.querySelector(".frame");
    tools(state);
  }
  state.about = data.about;
  state.tell = (id) => setStateValue("clicked", id);
  state.wish = (what) => setStateValue("asked", { ...what, time: Date.now() });
  state.undo.disabled = !data.about.may_undo;
  takePins(state, data.pins ?? []);
  if (state.shown !== data.graph) {
    const graph = JSON.parse(data.graph);
    const same = state.network && state.kind === data.about.kind && kept(state, graph) >= KEPT;
    if (same) change(state, graph);
    else draw(state, graph);
    state.shown = data.graph;
    state.kind = data.about.kind;
    box.network = state.network; // for tests and for curious people
    box.setAttribute("role", "application");
    box.setAttribute("tabindex", "0");
    box.setAttribute("aria-label",
      `${data.about.title}，${graph.nodes.length} 个点。方向键在点之间移动，按住 Shift 沿着线移动，回车展开或收起，`
      + "空格选中，P 固定，斜杠查找；内容同旁边的表。");
  }
  legend(state);
  select(state, data.chosen);
  return () => {
    if (state.network) state.network.destroy();
    drawn.delete(box);
  };
}

function kept(state, graph) {
  const now = new Set(graph.nodes.map((node) => node.id));
  const ids = state.nodes.getIds();
  return ids.length ? ids.filter((id) => now.has(id)).length / ids.length : 0;
}

// What vis-network is told of a node: its words are painted by paint().
function bare({ label: _, color, title, ...node }) {
  const said = document.createElement("div");
  said.textContent = title ?? "";
  return {
    ...node,
    title: said,
    color: { background: color, border: BORDER, highlight: { background: color, border: "#000000" },
      hover: { background: color, border: "#000000" } },
  };
}

function lines(edges) {
  const opacity = edges.length > MANY ? 0.35 : 0.85; // many lines let each other show through
  return curved(edges).map((edge) => {
    const said = document.createElement("div");
    said.textContent = edge.title ?? "";
    return { ...edge, title: said, color: { color: edge.color, highlight: edge.color, hover: edge.color, opacity }, plain: edge.color };
  });
}

function draw(state, graph) {
  const { box } = state;
  if (state.network) state.network.destroy();
  state.graph = graph;
  state.byId = new Map(graph.nodes.map((node) => [node.id, node]));
  state.lit = null;
  // A wide box is filled.
  const stretch = Math.min(1.8, Math.max(1, box.clientWidth / Math.max(1, box.clientHeight)));
  state.stretch = stretch;
  const nodes = new globalThis.vis.DataSet(graph.nodes.map((node) => ({ ...bare(node), ...home(state, node) })));
  const edges = new globalThis.vis.DataSet(lines(graph.edges));
  const many = graph.edges.length > MANY;
  const options = {
    physics: { enabled: false },
    layout: { improvedLayout: false },
    interaction: {
      hover: !many, tooltipDelay: 150, keyboard: false, hideEdgesOnDrag: many, hideEdgesOnZoom: many,
    },
    nodes: { borderWidth: 1, borderWidthSelected: 3, font: { size: 0 } },
    edges: { smooth: false, selectionWidth: 2, hoverWidth: 1 },
  };
  const network = new globalThis.vis.Network(box, { nodes, edges }, options);
  Object.assign(state, { network, nodes, edges, labels: [], changing: false });
  // Every click is told, so that one beside the nodes takes the choice back.
  network.on("click", (event) => {
    const id = event.nodes.length ? String(event.nodes[0]) : "";
    light(state, id);
    state.tell(id);
  });
  network.on("doubleClick", (event) => {
    if (event.nodes.length) state.wish({ do: "toggle", id: String(event.nodes[0]) });
  });
  network.on("hoverNode", () => { box.style.cursor = "pointer"; });
  network.on("blurNode", () => { box.style.cursor = "default"; });
  network.on("afterDrawing", (pen) => paint(state, pen));
  network.on("zoom", () => later(state));
  network.on("dragEnd", (event) => {
    const held = event.nodes.map(String).filter((id) => state.pins.has(id));
    for (const id of held) pinHere(state, id);
    if (held.length) sendPins(state);
    later(state);
  });
  network.on("resize", () => later(state));
  fit(state);
}

// Where a node belongs: where it was pinned, else where the data says.
function home(state, node) {
  const pin = state.pins.get(node.id);
  const at = pin ?? node;
  return { x: at.x * state.stretch, y: at.y };
}

function fit(state) {
  const { network, graph, box } = state;
  if (!graph.nodes.length) return;
  const places = Object.values(network.getPositions());
  const [left, right] = [Math.min(...places.map((at) => at.x)), Math.max(...places.map((at) => at.x))];
  const [top, bottom] = [Math.min(...places.map((at) => at.y)), Math.max(...places.map((at) => at.y))];
  // Room for words at the edge and below the lowest nodes.
  const scale = Math.min(1.6,
    Math.max(50, box.clientWidth - 110) / Math.max(1, right - left),
    Math.max(50, box.clientHeight - 70) / Math.max(1, bottom - top));
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 + 10 / scale }, scale });
  label(state);
}

// The width of a label on the screen, in pixels.
function wide(words) {
  let sum = 0;
  for (const sign of words) sum += sign < "\u2e80" ? 0.6 : 1;
  return sum * SIZE;
}

function later(state) {
  const network = state.network;
  clearTimeout(state.labelling);
  state.labelling = setTimeout(() => state.network === network && label(state), 120);
}

// What stays keeps its place; what is new stands where the data says, or, when all places there are new,
// beside a neighbour that was there.
function change(state, graph) {
  const { nodes, edges, network } = state;
  const before = state.byId;
  state.changing = true; // nothing is painted over what is half there
  const now = new Map(graph.nodes.map((node) => [node.id, node]));
  const gone = nodes.getIds().filter((id) => !now.has(id));
  const there = new Set(nodes.getIds().filter((id) => now.has(id)));
  const grown = [...there].every((id) => before.get(id).x === now.get(id).x && before.get(id).y === now.get(id).y);
  nodes.remove(gone);
  const fresh = graph.nodes.filter((node) => !there.has(node.id));
  const places = network.getPositions([...there]);
  const near = new Map();
  for (const edge of graph.edges) {
    if (there.has(edge.to) && !near.has(edge.from)) near.set(edge.from, edge.to);
    if (there.has(edge.from) && !near.has(edge.to)) near.set(edge.to, edge.from);
  }
  const taken = Object.values(places);
  nodes.add(fresh.map((node, index) => {
    const centre = places[near.get(node.id)];
    const at = grown || state.pins.has(node.id) || !centre ? home(state, node) : free(taken, centre, index);
    taken.push(at);
    return { ...bare(node), ...at };
  }));
  nodes.update([...there].map((id) => {
    const { x, y, ...rest } = bare(now.get(id));
    return rest;
  }));
  edges.clear();
  edges.add(lines(graph.edges));
  const many = graph.edges.length > MANY;
  network.setOptions({ interaction: { hover: !many, hideEdgesOnDrag: many, hideEdgesOnZoom: many } });
  state.graph = graph;
  state.byId = now;
  state.changing = false;
  light(state, now.has(state.lit?.id) ? state.lit.id : "");
  label(state);
}

function free(taken, centre, index) {
  for (let ring = 1; ring < 30; ring += 1) {
    for (let step = 0; step < 16; step += 1) {
      const turn = 2 * Math.PI * ((index * 0.382 + step / 16) % 1);
      const at = { x: centre.x + 110 * ring * Math.cos(turn), y: centre.y + 110 * ring * Math.sin(turn) };
      if (taken.every((other) => (other.x - at.x) ** 2 + (other.y - at.y) ** 2 > 60 ** 2)) return at;
    }
  }
  return { x: centre.x + 40 * index, y: centre.y + 1400 };
}

// Which words there is room for, at this zoom: the chosen node and what is next to it first, then the
// largest; tasks last. They stand below a node, else above or beside it; none covers another one or a
// large node, and none is cut off at the edge.
function label(state) {
  const { network, graph, box, lit } = state;
  const { clientWidth: width, clientHeight: height } = box;
  const scale = network.getScale();
  const rank = (node) => (!lit ? 2 : node.id === lit.id ? 0 : lit.near.has(node.id) ? 1 : 2);
  const order = graph.nodes
    .map((node) => ({ node, at: network.canvasToDOM(network.getPosition(node.id)), rank: rank(node) }))
    .filter(({ at }) => at.x > 0 && at.y > 0 && at.x < width && at.y < height)
    .sort((a, b) => a.rank - b.rank || (a.node.kind === "measure") - (b.node.kind === "measure")
      || b.node.size - a.node.size);
  const owner = new Map();
  for (const { node, at } of order) {
    const r = node.size * scale;
    if (r >= 5) for (const cell of cells(at.x - r, at.y - r, 2 * r, 2 * r)) owner.set(cell, node.id);
  }
  state.labels = [];
  for (const { node, at, rank: near } of order) {
    if (state.labels.length >= LABELS || (lit && near === 2)) break;
    const long = wide(node.label);
    const r = node.size * scale;
    const inside = Math.min(Math.max(at.x - long / 2, 4), width - 4 - long);
    for (const [x, y] of [
      [inside, at.y + r + 2], [inside, at.y - r - SIZE - 4], [at.x + r + 4, at.y - SIZE / 2], [at.x - r - 4 - long, at.y - SIZE / 2],
    ]) {
      if (x < 2 || y < 2 || x + long > width - 2 || y + SIZE + 2 > height) continue;
      const covered = cells(x, y, long, SIZE);
      if (covered.some((cell) => owner.has(cell) && owner.get(cell) !== node.id)) continue;
      for (const cell of covered) owner.set(cell, " ");
      state.labels.push({ id: node.id, words: node.label, dx: x - at.x, dy: y - at.y });
      break;
    }
  }
  network.redraw();
}

// The cells of the screen that a rectangle touches.
function cells(x, y, width, height) {
  const found = [];
  for (let column = Math.floor(x / 8); column <= (x + width) / 8; column += 1) {
    for (let row = Math.floor(y / 5); row <= (y + height) / 5; row += 1) found.push(column * 10_000 + row);
  }
  return found;
}

// What is painted over the picture, in the coordinates of the network.
function paint(state, pen) {
  const { network, byId } = state;
  if (state.changing) return;
  const scale = network.getScale();
  if (state.lit && byId.has(state.lit.id)) spotlight(state, pen, scale);
  for (const id of state.pins.keys()) {
    if (!byId.has(id)) continue;
    const { x, y } = network.getPosition(id);
    const r = 4 / scale;
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.fillStyle = "#000000";
    pen.fill();
    pen.lineWidth = 1.5 / scale;
    pen.strokeStyle = "#ffffff";
    pen.stroke();
  }
  pen.font = `${SIZE / scale}px ${FONT}`;
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5 / scale;
  pen.strokeStyle = "#ffffff";
  pen.fillStyle = INK;
  for (const { id, words, dx, dy } of state.labels) {
    const { x, y } = network.getPosition(id);
    pen.strokeText(words, x + dx / scale, y + dy / scale);
    pen.fillText(words, x + dx / scale, y + dy / scale);
  }
}

// All fades but the chosen node, what is next to it, and the lines between.
function spotlight(state, pen, scale) {
  const { network, box, byId, lit } = state;
  const corner = network.DOMtoCanvas({ x: 0, y: 0 });
  pen.globalAlpha = VEIL;
  pen.fillStyle = "#ffffff";
  pen.fillRect(corner.x, corner.y, box.clientWidth / scale, box.clientHeight / scale);
  pen.globalAlpha = 1;
  for (const edge of lit.edges) {
    const [a, b] = [network.getPosition(edge.from), network.getPosition(edge.to)];
    const bend = edge.smooth ? edge.smooth.roundness : 0;
    pen.beginPath();
    pen.moveTo(a.x, a.y);
    pen.quadraticCurveTo((a.x + b.x) / 2 - (b.y - a.y) * bend, (a.y + b.y) / 2 + (b.x - a.x) * bend, b.x, b.y);
    pen.setLineDash(Array.isArray(edge.dashes) ? edge.dashes : edge.dashes ? [6, 4] : []);
    pen.lineWidth = Math.max(edge.width, 1 / scale);
    pen.strokeStyle = edge.plain;
    pen.stroke();
  }
  pen.setLineDash([]);
  for (const id of [...lit.near, lit.id]) {
    const node = byId.get(id);
    if (!node) continue;
    const { x, y } = network.getPosition(id);
    pen.beginPath();
    const corners = outline(node, 1);
    if (corners) {
      corners.forEach(([dx, dy], index) => (index ? pen.lineTo(x + dx, y + dy) : pen.moveTo(x + dx, y + dy)));
      pen.closePath();
    } else pen.arc(x, y, node.size, 0, 2 * Math.PI);
    pen.fillStyle = node.color;
    pen.fill();
    pen.lineWidth = (id === lit.id ? 3 : 1) / Math.min(scale, 1);
    pen.strokeStyle = id === lit.id ? "#000000" : BORDER;
    pen.stroke();
  }
}

// The corners of a node around its middle; null for a disc.
function outline(node, scale) {
  const r = node.size * scale;
  return {
    square: [[-r, -r], [r, -r], [r, r], [-r, r]],
    diamond: [[0, -r], [r, 0], [0, r], [-r, 0]],
    triangle: [[0, -r], [r, r * 0.75], [-r, r * 0.75]],
  }[node.shape] ?? null;
}

// Two roles of one unit in one task are two lines: the later ones bend.
function curved(edges) {
  const seen = new Map();
  return edges.map((edge) => {
    const pair = JSON.stringify([edge.from, edge.to]);
    const before = seen.get(pair) ?? 0;
    seen.set(pair, before + 1);
    return before ? { ...edge, smooth: { enabled: true, type: "curvedCW", roundness: 0.15 * before } } : edge;
  });
}

function select(state, id) {
  const known = id && state.byId.has(id);
  if (known) state.network.selectNodes([id], false);
  else state.network.unselectAll();
  light(state, known ? id : "");
}

function light(state, id) {
  const was = state.lit?.id ?? "";
  if (!id) state.lit = null;
  else {
    const edges = state.edges.get({ filter: (edge) => edge.from === id || edge.to === id });
    const near = new Set(edges.map((edge) => (edge.from === id ? edge.to : edge.from)));
    state.lit = { id, near, edges };
  }
  if (was !== id || id) label(state);
}

// Tools and keys ----------------------------------------------------------------------------------

function tools(state) {
  const { box } = state;
  const bar = state.frame.querySelector(".tools");
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = "在图中查找";
  search.setAttribute("aria-label", "在图中查找");
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") find(state, search.value);
  });
  const button = (name, run, about) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = name;
    if (about) made.title = about;
    made.addEventListener("click", run);
    return made;
  };
  state.undo = button("撤销", () => state.wish({ do: "undo" }), "撤销上一次展开或收起");
  const pin = button("固定", () => fix(state), "选中的点固定在这里，重新排布、重新打开网页都不移动；再按一次取消（P）");
  bar.replaceChildren(
    search, state.undo, pin,
    button("重新排布", () => arrange(state)),
    button("看全图", () => fit(state)),
    button("存为 PNG", () => savePng(state)),
    button("存为 SVG", () => saveSvg(state)),
  );
  box.addEventListener("keydown", (event) => key(state, event, search));
}

function key(state, event, search) {
  const { network } = state;
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const at = network.getSelectedNodes()[0];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in steps) step(state, at, steps[event.key], event.shiftKey);
  else if (event.key === "Enter" && at !== undefined) state.wish({ do: "toggle", id: String(at) });
  else if (event.key === " " && at !== undefined) state.tell(String(at));
  else if (event.key === "Escape") { select(state, ""); state.tell(""); }
  else if (event.key.toLowerCase() === "p" && at !== undefined) fix(state);
  else if (event.key === "+" || event.key === "=") zoom(state, 1.25);
  else if (event.key === "-") zoom(state, 0.8);
  else if (event.key === "/") search.focus();
  else return;
  event.preventDefault();
}

function zoom(state, times) {
  state.network.moveTo({ scale: state.network.getScale() * times });
  label(state);
}

// The nearest node in a direction; sideways distance counts double. Along the lines: of the neighbours only.
function step(state, at, [dx, dy], along) {
  const { network } = state;
  const from = at === undefined ? network.getViewPosition() : network.getPosition(at);
  const among = along && at !== undefined ? network.getConnectedNodes(at) : state.graph.nodes.map((node) => node.id);
  let best = null;
  let least = Infinity;
  for (const id of among) {
    if (id === at) continue;
    const place = network.getPosition(id);
    const ahead = at === undefined ? 0 : (place.x - from.x) * dx + (place.y - from.y) * dy;
    const across = at === undefined
      ? Math.hypot(place.x - from.x, place.y - from.y)
      : Math.abs((place.x - from.x) * dy) + Math.abs((place.y - from.y) * dx);
    const cost = ahead + 2 * across;
    if ((ahead > 0 || at === undefined) && cost < least) { least = cost; best = id; }
  }
  if (best !== null) go(state, best);
  else say(state, along ? "这个方向没有相连的点" : "这个方向没有更多的点");
}

function go(state, id) {
  const { network } = state;
  network.selectNodes([id], false);
  const place = network.canvasToDOM(network.getPosition(id));
  const { clientWidth: width, clientHeight: height } = state.box;
  if (place.x < 30 || place.y < 30 || place.x > width - 30 || place.y > height - 30) {
    network.moveTo({ position: network.getPosition(id) });
  }
  light(state, id);
  const pinned = state.pins.has(id) ? "；已固定" : "";
  say(state, `${state.byId.get(id).title.split("\n").join("，")}；相邻 ${state.lit.near.size} 个${pinned}`);
}

function find(state, words) {
  const found = state.graph.nodes.filter((node) => words && `${node.title}${node.label}`.includes(words));
  if (!found.length) return say(state, words ? `图中没有“${words}”。可在左侧或上方另选单位。` : "");
  state.hit = state.lastWords === words ? ((state.hit ?? -1) + 1) % found.length : 0;
  state.lastWords = words;
  const id = found[state.hit].id;
  state.network.moveTo({ position: state.network.getPosition(id), scale: Math.max(state.network.getScale(), 0.8) });
  label(state);
  go(state, id);
  state.tell(String(id));
  return say(state, `找到 ${found.length} 个，这是第 ${state.hit + 1} 个；再按回车看下一个`);
}

function say(state, words) {
  state.frame.querySelector(".said").textContent = words;
}

// Pins: held in the address by the page, in the data's coordinates -----------------------------------

function takePins(state, pins) {
  const said = JSON.stringify(pins);
  // What was just pinned here is on its way to the address and back.
  if (state.awaited !== null && said !== state.awaited) return;
  state.awaited = null;
  if (said === state.pinsSeen) return;
  state.pinsSeen = said;
  state.pins = new Map(pins.map(([id, x, y]) => [id, { x, y }]));
  if (!state.network) return;
  const here = [...state.pins].filter(([id]) => state.byId.has(id));
  state.nodes.update(here.map(([id, at]) => ({ id, x: at.x * state.stretch, y: at.y })));
}

function sendPins(state) {
  const pins = [...state.pins].map(([id, at]) => [id, at.x, at.y]);
  state.awaited = JSON.stringify(pins);
  state.pinsSeen = state.awaited;
  state.wish({ do: "pin", pins });
}

function pinHere(state, id) {
  const { x, y } = state.network.getPosition(id);
  state.pins.set(id, { x: Math.round(x / state.stretch), y: Math.round(y) });
}

function fix(state) {
  const chosen = state.network.getSelectedNodes().map(String);
  if (!chosen.length) return say(state, "请先选中一个点，再按“固定”");
  for (const id of chosen) {
    const pinned = !state.pins.delete(id);
    if (pinned && state.pins.size >= state.about.most_pins) {
      return say(state, `最多固定 ${state.about.most_pins} 个点，请先取消几个`);
    }
    if (pinned) pinHere(state, id);
    say(state, pinned ? "已固定：重新排布、重新打开网页都在这里" : "已取消固定");
  }
  state.network.redraw();
  return sendPins(state);
}

function arrange(state) {
  state.nodes.update(
    state.graph.nodes.filter((node) => !state.pins.has(node.id)).map((node) => ({ id: node.id, ...home(state, node) })),
  );
  fit(state);
}

// Pictures of what is seen, with title, legend, sources and date ------------------------------------

const LINE = 18;
const EDGE = 12;

function legend(state) {
  const place = state.frame.querySelector(".legend");
  const said = JSON.stringify(state.about.legend);
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  place.replaceChildren(...state.about.legend.map((item) => {
    const one = document.createElement("span");
    if (item.sign) {
      const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      picture.setAttribute("width", "26");
      picture.setAttribute("height", "14");
      picture.setAttribute("aria-hidden", "true");
      for (const part of sign(item, 13, 7)) picture.append(element(part));
      one.append(picture);
    }
    one.append(item.label);
    return one;
  }));
}

const STROKES = {
  line: { width: 2 }, thick: { width: 4 }, dashed: { width: 2, dashes: [6, 4] }, dotted: { width: 2, dashes: [2, 4] },
};

// The sign of an item of the legend around a point, as shapes that both pictures can draw.
function sign({ sign: kind, colour }, x, y) {
  if (!kind) return [];
  if (kind in STROKES) {
    return [{ points: [[x - 12, y], [x + 12, y]], open: true, stroke: colour, ...STROKES[kind] }];
  }
  if (kind === "patch") return [{ points: [[x - 9, y - 5], [x + 9, y - 5], [x + 9, y + 5], [x - 9, y + 5]], fill: colour }];
  const corners = outline({ shape: kind, size: 6 }, 1);
  return corners ? [{ points: corners.map(([dx, dy]) => [x + dx, y + dy]), fill: colour }]
    : [{ centre: [x, y], r: 6, fill: colour }];
}

// A sheet of a width: what is written and drawn around the picture, and where the picture goes.
function sheet(state) {
  const { box, about } = state;
  const width = box.clientWidth;
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${SIZE}px ${FONT}`;
  const parts = [{ words: about.title, x: EDGE, y: 26, size: 18, bold: true }];
  let [x, y] = [EDGE, 48];
  for (const item of about.legend) {
    const long = (item.sign ? 30 : 0) + pen.measureText(item.label).width + 16;
    if (x > EDGE && x + long > width) { x = EDGE; y += LINE + 2; }
    parts.push(...sign(item, x + 13, y - 4));
    parts.push({ words: item.label, x: x + (item.sign ? 30 : 0), y, size: SIZE });
    x += long;
  }
  const top = y + 12;
  y = top + box.clientHeight + 4;
  const today = new Date();
  const day = `导出日期：${today.getFullYear()}年${today.getMonth() + 1}月${today.getDate()}日`;
  for (const note of [...about.notes, day]) {
    for (const words of broken(pen, note, width - 2 * EDGE)) {
      y += LINE;
      parts.push({ words, x: EDGE, y, size: SIZE });
    }
  }
  return { parts, top, width, height: y + EDGE };
}

// A line of words broken where it gets too long.
function broken(pen, words, width) {
  const lines = [""];
  for (const letter of words) {
    const at = lines.length - 1;
    if (lines[at] && pen.measureText(lines[at] + letter).width > width) lines.push(letter);
    else lines[at] += letter;
  }
  return lines;
}

function savePng(state) {
  const seen = state.box.querySelector("canvas");
  const ratio = seen.width / state.box.clientWidth;
  const { parts, top, width, height } = sheet(state);
  const paper = document.createElement("canvas");
  paper.width = Math.round(width * ratio);
  paper.height = Math.round(height * ratio);
  const pen = paper.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, paper.width, paper.height);
  pen.drawImage(seen, 0, Math.round(top * ratio));
  pen.scale(ratio, ratio);
  for (const part of parts) {
    if (part.words !== undefined) {
      pen.fillStyle = INK;
      pen.font = `${part.bold ? "600 " : ""}${part.size}px ${FONT}`;
      pen.fillText(part.words, part.x, part.y);
      continue;
    }
    pen.beginPath();
    if (part.centre) pen.arc(...part.centre, part.r, 0, 2 * Math.PI);
    else part.points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    if (!part.open) pen.closePath();
    pen.setLineDash(part.dashes ?? []);
    pen.lineWidth = part.width ?? 1;
    pen.strokeStyle = part.stroke ?? BORDER;
    if (part.fill) { pen.fillStyle = part.fill; pen.fill(); }
    pen.stroke();
  }
  paper.toBlob((blob) => save(blob, "单位协作图.png"), "image/png");
}

function make(name, attributes, words) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (words !== undefined) made.textContent = words;
  return made;
}

// A part of a sheet as an element of SVG.
function element(part) {
  if (part.words !== undefined) {
    const weight = part.bold ? { "font-weight": 600 } : {};
    return make("text", { x: part.x, y: part.y, "font-size": part.size, fill: INK, ...weight }, part.words);
  }
  const style = {
    fill: part.fill ?? "none", stroke: part.stroke ?? BORDER, "stroke-width": part.width ?? 1,
    ...(part.dashes ? { "stroke-dasharray": part.dashes.join(" ") } : {}),
  };
  if (part.centre) return make("circle", { cx: part.centre[0], cy: part.centre[1], r: part.r, ...style });
  return make(part.open ? "polyline" : "polygon", { points: part.points.map((at) => at.join(",")).join(" "), ...style });
}

function saveSvg(state) {
  const { network, graph, edges, byId, box, lit } = state;
  const { parts, top, width, height } = sheet(state);
  const high = box.clientHeight;
  const root = make("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FONT });
  root.append(make("rect", { width, height, fill: "#ffffff" }), ...parts.map(element));
  const seen = make("svg", { x: 0, y: top, width, height: high, viewBox: `0 0 ${width} ${high}` });
  const scale = network.getScale();
  const places = new Map(graph.nodes.map((node) => [node.id, network.canvasToDOM(network.getPosition(node.id))]));
  const outside = (node) => {
    const { x, y } = places.get(node.id);
    const r = node.size * scale;
    return x < -r || y < -r || x > width + r || y > high + r;
  };
  const faded = (on) => (lit && !on ? { opacity: 1 - VEIL } : {});
  for (const edge of edges.get()) {
    const [a, b] = [places.get(edge.from), places.get(edge.to)];
    if (Math.max(a.x, b.x) < 0 || Math.max(a.y, b.y) < 0 || Math.min(a.x, b.x) > width || Math.min(a.y, b.y) > high) continue;
    const bend = edge.smooth ? edge.smooth.roundness : 0;
    const middle = { x: (a.x + b.x) / 2 - (b.y - a.y) * bend, y: (a.y + b.y) / 2 + (b.x - a.x) * bend };
    const dashes = Array.isArray(edge.dashes) ? edge.dashes.join(" ") : edge.dashes ? "6 4" : "none";
    seen.append(make("path", {
      d: `M${tenth(a.x)} ${tenth(a.y)} Q${tenth(middle.x)} ${tenth(middle.y)} ${tenth(b.x)} ${tenth(b.y)}`,
      fill: "none", stroke: edge.plain, "stroke-opacity": edge.color.opacity, "stroke-width": tenth(Math.max(0.5, edge.width * scale)),
      "stroke-dasharray": dashes, ...faded(lit && (edge.from === lit.id || edge.to === lit.id)),
    }));
    if (edge.arrows === "to") seen.append(arrow(a, b, byId.get(edge.to).size * scale, edge.plain));
  }
  for (const node of graph.nodes.filter((one) => !outside(one))) {
    const { x, y } = places.get(node.id);
    const corners = outline(node, scale);
    const style = { fill: node.color, stroke: BORDER, "stroke-width": 0.8, ...faded(lit && (node.id === lit.id || lit.near.has(node.id))) };
    const points = corners?.map(([dx, dy]) => `${tenth(x + dx)},${tenth(y + dy)}`).join(" ");
    seen.append(corners ? make("polygon", { points, ...style })
      : make("circle", { cx: tenth(x), cy: tenth(y), r: tenth(node.size * scale), ...style }));
    if (state.pins.has(node.id)) seen.append(make("circle", { cx: tenth(x), cy: tenth(y), r: 4, stroke: "#ffffff" }));
  }
  for (const { id, words, dx, dy } of state.labels) {
    const { x, y } = places.get(id);
    seen.append(make("text", {
      x: tenth(x + dx), y: tenth(y + dy + SIZE - 1), "font-size": SIZE, fill: INK, stroke: "#ffffff", "stroke-width": 3, "paint-order": "stroke",
    }, words));
  }
  root.append(seen);
  save(new Blob([new XMLSerializer().serializeToString(root)], { type: "image/svg+xml" }), "单位协作图.svg");
}

const tenth = (number) => Math.round(number * 10) / 10;

// The head of an arrow that ends at the border of a node.
function arrow(a, b, r, fill) {
  const long = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [dx, dy] = [(b.x - a.x) / long, (b.y - a.y) / long];
  const tip = [b.x - dx * r, b.y - dy * r];
  const side = (turn) => [tip[0] - dx * 9 - dy * 4 * turn, tip[1] - dy * 9 + dx * 4 * turn];
  return make("polygon", { points: [tip, side(1), side(-1)].map((at) => at.map(tenth).join(",")).join(" "), fill });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
