// A network drawn by vis-network, which stands above this text (views/drawing.py puts it there).
// Positions come with the data and physics is off, so the picture is ready at once and always the same.
// Labels go to a canvas, hints are set as text: nothing from a document becomes mark-up.

const drawn = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector(".drawing");
  let state = drawn.get(box);
  if (!state) {
    state = { shown: null, network: null };
    drawn.set(box, state);
  }
  state.tell = (id) => setStateValue("clicked", id);
  if (state.shown !== data.graph) {
    state.shown = data.graph;
    if (state.network) state.network.destroy();
    state.network = draw(box, JSON.parse(data.graph), state);
    box.network = state.network; // for tests and for curious people
  }
  select(state.network, data.chosen);
  return () => {
    if (state.network) state.network.destroy();
    drawn.delete(box);
  };
}

function draw(box, graph, state) {
  const hint = (item) => {
    const said = document.createElement("div");
    said.textContent = item.title ?? "";
    return { ...item, title: said };
  };
  const stretch = Math.min(1.8, Math.max(1, box.clientWidth / box.clientHeight)); // fill a wide box
  const nodes = new globalThis.vis.DataSet(graph.nodes.map((node) => ({ ...hint(node), x: node.x * stretch })));
  const edges = curved(graph.edges.map(hint));
  const options = {
    physics: { enabled: false },
    layout: { improvedLayout: false },
    interaction: { hover: true, tooltipDelay: 150, hideEdgesOnDrag: edges.length > 1500, keyboard: false },
    nodes: {
      borderWidth: 1,
      font: { size: 15, color: "#1d2733", strokeWidth: 4, strokeColor: "#ffffff", multi: false,
              face: "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif" },
      scaling: { label: { drawThreshold: 5, maxVisible: 30 } },
    },
    edges: { smooth: false, selectionWidth: 2 },
  };
  const network = new globalThis.vis.Network(box, { nodes, edges }, options);
  // Every click is told, so that one beside the nodes takes the choice back.
  network.on("click", (event) => state.tell(event.nodes.length ? String(event.nodes[0]) : ""));
  network.on("hoverNode", () => { box.style.cursor = "pointer"; });
  network.on("blurNode", () => { box.style.cursor = "default"; });
  network.fit();
  network.moveTo({ scale: network.getScale() * 0.82 }); // room for the labels at the edge
  label(network, nodes, graph.nodes);
  network.on("zoom", () => {
    clearTimeout(state.labelling);
    state.labelling = setTimeout(() => state.network === network && label(network, nodes, graph.nodes), 150);
  });
  return network;
}

// Labels have one size on the screen at any zoom; the largest units get theirs first, and one that
// would cover another waits until there is room. Tasks are labelled last.
function label(network, nodes, all) {
  const scale = network.getScale();
  const size = 13;
  const taken = [];
  const order = [...all].sort((a, b) => (a.kind === "measure") - (b.kind === "measure") || b.size - a.size);
  nodes.update(order.map((node) => {
    const at = network.canvasToDOM(network.getPosition(node.id));
    const width = [...node.label].reduce((sum, sign) => sum + (sign < "\u2e80" ? 0.6 : 1), 0) * size;
    const top = at.y + node.size * scale;
    const box = [at.x - width / 2, top, at.x + width / 2, top + size * 1.5];
    const free = taken.every((b) => box[2] < b[0] || b[2] < box[0] || box[3] < b[1] || b[3] < box[1]);
    if (free) taken.push(box);
    return { id: node.id, label: free ? node.label : undefined, font: { size: size / scale } };
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
