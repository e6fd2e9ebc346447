// A network drawn by vis-network, which stands above this text (views/drawing.py puts it there).
// Positions come with the data and physics is off, so the picture is ready at once and always the same.
// When nodes come or go, those that stay keep their place. Labels go to a canvas, everything else is
// set as text: nothing from a document becomes mark-up.

const drawn = new WeakMap();
const FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif";
const KEPT = 0.3; // of the nodes that were there: with fewer, the picture is drawn anew

export default function ({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector(".drawing");
  let state = drawn.get(box);
  if (!state) {
    state = { shown: null, network: null, pinned: new Set(), before: new Map() };
    drawn.set(box, state);
    state.frame = parentElement.querySelector(".frame");
    tools(state, box);
  }
  state.about = data.about;
  state.tell = (id) => setStateValue("clicked", id);
  state.wish = (what) => setStateValue("asked", { ...what, time: Date.now() });
  state.undo.disabled = !data.about.may_undo;
  if (state.shown !== data.graph) {
    const graph = JSON.parse(data.graph);
    const same = state.network && state.kind === data.about.kind && kept(state, graph) >= KEPT;
    if (same) change(state, graph);
    else draw(box, graph, state);
    state.shown = data.graph;
    state.kind = data.about.kind;
    box.network = state.network; // for tests and for curious people
    box.setAttribute("role", "application");
    box.setAttribute("tabindex", "0");
    box.setAttribute("aria-label",
      `${data.about.title}，${graph.nodes.length} 个点。方向键在点之间移动，回车展开或收起，空格选中；内容同旁边的表。`);
  }
  select(state.network, data.chosen);
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

const hint = (item) => {
  const said = document.createElement("div");
  said.textContent = item.title ?? "";
  return { ...item, title: said };
};

function draw(box, graph, state) {
  if (state.network) state.network.destroy();
  state.graph = graph;
  state.pinned.clear();
  const stretch = Math.min(1.8, Math.max(1, box.clientWidth / box.clientHeight)); // fill a wide box
  state.stretch = stretch;
  const nodes = new globalThis.vis.DataSet(graph.nodes.map((node) => ({ ...hint(node), x: node.x * stretch })));
  const edges = new globalThis.vis.DataSet(curved(graph.edges.map(hint)));
  const options = {
    physics: { enabled: false },
    layout: { improvedLayout: false },
    interaction: { hover: true, tooltipDelay: 150, hideEdgesOnDrag: graph.edges.length > 1500, keyboard: false },
    nodes: {
      borderWidth: 1,
      font: { size: 15, color: "#1d2733", strokeWidth: 4, strokeColor: "#ffffff", multi: false, face: FONT },
      scaling: { label: { drawThreshold: 5, maxVisible: 30 } },
    },
    edges: { smooth: false, selectionWidth: 2 },
  };
  const network = new globalThis.vis.Network(box, { nodes, edges }, options);
  Object.assign(state, { network, nodes, edges });
  // Every click is told, so that one beside the nodes takes the choice back.
  network.on("click", (event) => state.tell(event.nodes.length ? String(event.nodes[0]) : ""));
  network.on("doubleClick", (event) => {
    if (event.nodes.length) state.wish({ do: "toggle", id: String(event.nodes[0]) });
  });
  network.on("hoverNode", () => { box.style.cursor = "pointer"; });
  network.on("blurNode", () => { box.style.cursor = "default"; });
  fit(state);
  label(state);
  network.on("zoom", () => later(state));
  network.on("dragEnd", () => later(state));
}

function fit({ network, graph }) {
  const names = new Map(graph.nodes.map((node) => [node.id, node.label]));
  network.fit();
  const widest = network.getScale();
  const { clientWidth: width, clientHeight: height } = network.canvas.frame;
  const middle = network.getViewPosition();
  let scale = Math.min(widest * 0.95, 1.6);
  for (const node of network.body.data.nodes.get()) { // room for the labels at the edge
    const at = network.getPosition(node.id);
    const half = wide(names.get(node.id) ?? "") / 2 + 8;
    scale = Math.min(scale,
      (width / 2 - half) / Math.max(1, Math.abs(at.x - middle.x)),
      (height / 2 - 40) / Math.max(1, Math.abs(at.y - middle.y)));
  }
  network.moveTo({ scale: Math.max(scale, widest * 0.5) });
}

// The width of a label on the screen, in pixels.
const SIZE = 13;
function wide(words) {
  return [...words].reduce((sum, sign) => sum + (sign < "\u2e80" ? 0.6 : 1), 0) * SIZE;
}

function later(state) {
  const network = state.network;
  clearTimeout(state.labelling);
  state.labelling = setTimeout(() => state.network === network && label(state), 150);
}

// What stays keeps its place; what is new stands around a neighbour that was there.
function change(state, graph) {
  const { nodes, edges, network } = state;
  const now = new Set(graph.nodes.map((node) => node.id));
  const there = new Set(nodes.getIds().filter((id) => now.has(id)));
  nodes.remove(nodes.getIds().filter((id) => !now.has(id)));
  const fresh = graph.nodes.filter((node) => !there.has(node.id));
  const places = network.getPositions([...there]);
  const beside = new Map();
  for (const node of fresh) {
    const line = graph.edges.find((e) => (e.from === node.id && there.has(e.to)) || (e.to === node.id && there.has(e.from)));
    const home = line ? (line.from === node.id ? line.to : line.from) : null;
    beside.set(home, [...(beside.get(home) ?? []), node]);
  }
  const taken = Object.values(places);
  for (const [home, around] of beside) {
    const centre = home === null ? null : places[home];
    around.forEach((node, index) => {
      const at = centre ? free(taken, centre, index, around.length) : { x: node.x * state.stretch, y: node.y };
      taken.push(at);
      nodes.add({ ...hint(node), ...at });
    });
  }
  const about = new Map(graph.nodes.map((node) => [node.id, node]));
  nodes.update([...there].map((id) => {
    const { x, y, label: _, ...rest } = hint(about.get(id));
    return rest;
  }));
  edges.clear();
  edges.add(curved(graph.edges.map(hint)));
  state.graph = graph;
  label(state);
}

function free(taken, centre, index, count) {
  for (let ring = 1; ring < 12; ring += 1) {
    for (let step = 0; step < 16; step += 1) {
      const turn = (2 * Math.PI * (index / Math.max(count, 1) + step / 16)) % (2 * Math.PI);
      const at = { x: centre.x + 110 * ring * Math.cos(turn), y: centre.y + 110 * ring * Math.sin(turn) };
      if (taken.every((other) => (other.x - at.x) ** 2 + (other.y - at.y) ** 2 > 60 ** 2)) return at;
    }
  }
  return { x: centre.x + 40 * index, y: centre.y + 1400 };
}

// Labels have one size on the screen at any zoom; the largest units get theirs first, and one that
// would cover another waits until there is room. Tasks are labelled last.
function label(state) {
  const { network, nodes, graph } = state;
  const scale = network.getScale();
  const size = SIZE;
  const taken = [];
  const order = [...graph.nodes].sort((a, b) => (a.kind === "measure") - (b.kind === "measure") || b.size - a.size);
  nodes.update(order.map((node) => {
    const at = network.canvasToDOM(network.getPosition(node.id));
    const width = wide(node.label);
    const top = at.y + node.size * scale;
    const box = [at.x - width / 2, top, at.x + width / 2, top + size * 1.5];
    const clear = taken.every((b) => box[2] < b[0] || b[2] < box[0] || box[3] < b[1] || b[3] < box[1]);
    if (clear) taken.push(box);
    return { id: node.id, label: clear ? node.label : undefined, font: { size: size / scale } };
  }));
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

function select(network, id) {
  const known = id && network.body.data.nodes.get(id);
  if (known) network.selectNodes([id], true);
  else network.unselectAll();
}

// Tools and keys ----------------------------------------------------------------------------------

function tools(state, box) {
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
  const pin = button("固定", () => fix(state), "选中的点不再被“重新排布”移动；再按一次取消");
  bar.replaceChildren(
    search, state.undo, pin,
    button("重新排布", () => arrange(state)),
    button("看全图", () => { fit(state); label(state); }),
    button("存为 PNG", () => savePng(state, box)),
    button("存为 SVG", () => saveSvg(state, box)),
  );
  box.addEventListener("keydown", (event) => key(state, event, search));
}

function key(state, event, search) {
  const { network } = state;
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const at = network.getSelectedNodes()[0];
  if (event.key in steps) step(state, at, steps[event.key]);
  else if (event.key === "Enter" && at !== undefined) state.wish({ do: "toggle", id: String(at) });
  else if (event.key === " " && at !== undefined) state.tell(String(at));
  else if (event.key === "Escape") { network.unselectAll(); state.tell(""); }
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

// The nearest node in a direction; sideways distance counts double.
function step(state, at, [dx, dy]) {
  const places = state.network.getPositions();
  const from = places[at];
  let best = null;
  let least = Infinity;
  for (const [id, place] of Object.entries(places)) {
    if (id === String(at)) continue;
    if (!from) { best = best ?? id; continue; }
    const along = (place.x - from.x) * dx + (place.y - from.y) * dy;
    const across = Math.abs((place.x - from.x) * dy) + Math.abs((place.y - from.y) * dx);
    const cost = along + 2 * across;
    if (along > 0 && cost < least) { least = cost; best = id; }
  }
  if (best !== null) go(state, best);
  else say(state, "这个方向没有更多的点");
}

function go(state, id) {
  const { network } = state;
  network.selectNodes([id], true);
  const place = network.canvasToDOM(network.getPosition(id));
  const size = network.body.container.getBoundingClientRect();
  if (place.x < 30 || place.y < 30 || place.x > size.width - 30 || place.y > size.height - 30) {
    network.moveTo({ position: network.getPosition(id) });
  }
  const node = state.graph.nodes.find((item) => item.id === id);
  say(state, `${node.title.split("\n").join("，")}；相邻 ${network.getConnectedNodes(id).length} 个`);
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

function fix(state) {
  for (const id of state.network.getSelectedNodes()) {
    const pinned = !state.pinned.delete(id);
    if (pinned) state.pinned.add(id);
    state.nodes.update({ id, borderWidth: pinned ? 4 : 1, shadow: pinned });
    say(state, pinned ? "已固定" : "已取消固定");
  }
}

function arrange(state) {
  state.nodes.update(
    state.graph.nodes.filter((node) => !state.pinned.has(node.id))
      .map((node) => ({ id: node.id, x: node.x * state.stretch, y: node.y })),
  );
  fit(state);
  label(state);
}

// Pictures of what is seen, with title, legend, sources and date ------------------------------------

const TOP = 58;
const LINE = 18;

function captions(state) {
  const today = new Date();
  const day = `${today.getFullYear()}年${today.getMonth() + 1}月${today.getDate()}日`;
  return [...state.about.notes, `导出日期：${day}`];
}

function savePng(state, box) {
  const seen = box.querySelector("canvas");
  const ratio = seen.width / box.clientWidth;
  const notes = captions(state);
  const sheet = document.createElement("canvas");
  sheet.width = seen.width;
  sheet.height = seen.height + (TOP + LINE * notes.length + 12) * ratio;
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(seen, 0, TOP * ratio);
  pen.scale(ratio, ratio);
  pen.fillStyle = "#1d2733";
  pen.font = `600 18px ${FONT}`;
  pen.fillText(state.about.title, 12, 26);
  pen.font = `13px ${FONT}`;
  pen.fillText(state.about.legend, 12, 48, box.clientWidth - 24);
  notes.forEach((note, index) => {
    pen.fillText(note, 12, TOP + box.clientHeight + LINE * (index + 1), box.clientWidth - 24);
  });
  sheet.toBlob((blob) => save(blob, "单位协作图.png"), "image/png");
}

function saveSvg(state, box) {
  const { network, nodes, edges } = state;
  const [width, height] = [box.clientWidth, box.clientHeight];
  const notes = captions(state);
  const whole = height + TOP + LINE * notes.length + 12;
  const make = (name, attributes, words) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    if (words !== undefined) made.textContent = words;
    return made;
  };
  const root = make("svg", { width, height: whole, viewBox: `0 0 ${width} ${whole}`, "font-family": FONT });
  root.append(make("rect", { width, height: whole, fill: "#ffffff" }));
  root.append(make("text", { x: 12, y: 26, "font-size": 18, "font-weight": 600 }, state.about.title));
  root.append(make("text", { x: 12, y: 48, "font-size": 13 }, state.about.legend));
  const seen = make("svg", { x: 0, y: TOP, width, height, viewBox: `0 0 ${width} ${height}` });
  const scale = network.getScale();
  const place = (id) => network.canvasToDOM(network.getPosition(id));
  for (const edge of edges.get()) {
    const [a, b] = [place(edge.from), place(edge.to)];
    const bend = edge.smooth ? edge.smooth.roundness : 0;
    const middle = { x: (a.x + b.x) / 2 - (b.y - a.y) * bend, y: (a.y + b.y) / 2 + (b.x - a.x) * bend };
    const dashes = Array.isArray(edge.dashes) ? edge.dashes.join(" ") : edge.dashes ? "6 4" : "none";
    seen.append(make("path", {
      d: `M${a.x} ${a.y} Q${middle.x} ${middle.y} ${b.x} ${b.y}`, fill: "none", stroke: edge.color,
      "stroke-width": Math.max(0.5, edge.width * scale), "stroke-dasharray": dashes,
    }));
  }
  for (const node of nodes.get()) {
    const { x, y } = place(node.id);
    const r = node.size * scale;
    const style = { fill: node.color, stroke: "#333333", "stroke-width": 0.8 };
    const points = {
      square: [[-r, -r], [r, -r], [r, r], [-r, r]],
      diamond: [[0, -r], [r, 0], [0, r], [-r, 0]],
      triangle: [[0, -r], [r, r], [-r, r]],
    }[node.shape];
    seen.append(points
      ? make("polygon", { points: points.map(([dx, dy]) => `${x + dx},${y + dy}`).join(" "), ...style })
      : make("circle", { cx: x, cy: y, r, ...style }));
    if (node.label) {
      seen.append(make("text", { x, y: y + r + 14, "font-size": 13, "text-anchor": "middle", fill: "#1d2733" }, node.label));
    }
  }
  root.append(seen);
  notes.forEach((note, index) => {
    root.append(make("text", { x: 12, y: TOP + height + LINE * (index + 1), "font-size": 13 }, note));
  });
  const text = new XMLSerializer().serializeToString(root);
  save(new Blob([text], { type: "image/svg+xml" }), "单位协作图.svg");
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
