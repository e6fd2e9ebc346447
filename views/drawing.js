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
      scaling: { label: { drawThreshold: 8, maxVisible: 18 } },
    },
    edges: { smooth: false, selectionWidth: 2 },
  };
  const network = new globalThis.vis.Network(box, { nodes, edges }, options);
  // Every click is told, so that one beside the nodes takes the choice back.
  network.on("click", (event) => state.tell(event.nodes.length ? String(event.nodes[0]) : ""));
  network.on("hoverNode", () => { box.style.cursor = "pointer"; });
  network.on("blurNode", () => { box.style.cursor = "default"; });
  network.fit();
  // Units are legible at once, however far out the picture starts; tasks when one zooms in, or when few.
  const scale = network.getScale();
  const few = graph.nodes.length <= 40;
  nodes.update(graph.nodes
    .filter((node) => few || node.kind !== "measure")
    .map((node) => ({ id: node.id, font: { size: (node.kind === "measure" ? 11 : 13) / scale } })));
  return network;
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
