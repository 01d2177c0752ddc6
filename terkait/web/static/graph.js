// Articles and the links between them: drag, zoom, click. The table below holds the same.
(() => {
  const box = document.querySelector("[data-graph]");
  if (!box || typeof cytoscape === "undefined") return;
  const { nodes, edges } = JSON.parse(box.dataset.graph);
  const colour = (property) => getComputedStyle(document.documentElement).getPropertyValue(property).trim();
  const short = (text) => (text.length > 38 ? text.slice(0, 37) + "…" : text);
  // of an address the end says most; the whole is in the table
  const name = (node) => {
    if (!node.url.startsWith(node.title)) return node.title;
    const parts = node.url.split(/[?#]/)[0].split("/").filter(Boolean);
    return "…/" + parts[parts.length - 1].replace(/[-_]+/g, " ");
  };
  const style = () => [
    { selector: "node", style: {
      "label": "data(label)", "font-size": 14, "font-family": "system-ui, sans-serif", "color": colour("--ink"),
      "text-wrap": "wrap", "text-max-width": 140, "text-valign": "bottom", "text-margin-y": 4,
      "text-background-color": colour("--raised"), "text-background-opacity": 0.8, "text-background-padding": 1,
      "width": 16, "height": 16, "background-color": colour("--accent"), "border-width": 0, "min-zoomed-font-size": 6 } },
    { selector: "node[?is_asked]", style: { "width": 26, "height": 26, "border-width": 4, "border-color": colour("--ink"), "font-weight": 600 } },
    { selector: "node[!is_read]", style: { "background-color": colour("--raised"), "border-width": 2, "border-style": "dashed", "border-color": colour("--strong-line"), "color": colour("--soft") } },
    { selector: "edge", style: {
      "width": 1.5, "curve-style": "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.8,
      "line-color": colour("--strong-line"), "target-arrow-color": colour("--strong-line") } },
    { selector: "edge[kind = 'related']", style: { "line-color": colour("--accent"), "target-arrow-color": colour("--accent") } },
    { selector: "edge[kind = 'readmore']", style: { "line-color": "#b3701b", "target-arrow-color": "#b3701b" } },
    { selector: "edge[kind = 'inline']", style: { "line-color": "#6a62b7", "target-arrow-color": "#6a62b7" } },
    { selector: ".faded", style: { "opacity": 0.15 } },
  ];
  const drawing = cytoscape({
    container: box,
    elements: [
      ...nodes.map((node) => ({ data: {
        id: node.id, label: short(name(node)), is_asked: node.is_asked, is_read: node.article !== null,
        href: node.article !== null ? "/articles/" + node.article : "/explain?" + new URLSearchParams({ url: node.url }) } })),
      ...edges.map((edge, index) => ({ data: { id: "e" + index, source: edge.source, target: edge.target, kind: edge.kind } })),
    ],
    style: style(),
    layout: { name: "circle" },
    minZoom: 0.2, maxZoom: 3,
  });
  // from a circle, so that the same graph is drawn the same each time
  drawing.layout({
    name: "cose", animate: false, randomize: false, fit: false, numIter: 2500,
    nodeDimensionsIncludeLabels: true, nodeRepulsion: () => 32000, nodeOverlap: 40, idealEdgeLength: () => 90, edgeElasticity: () => 120, gravity: 0.6,
  }).run();
  // as wide as the frame, so that the names have room
  const frame = drawing.nodes().boundingBox({ includeLabels: false });
  const wanted = (box.clientWidth / box.clientHeight) / (frame.w / Math.max(frame.h, 1));
  // closer than they were put: between nodes whose names have room there is room to spare
  const by = 0.62 * Math.min(4, Math.max(1, wanted));
  const down = 0.62 * Math.min(3, Math.max(1, 1 / wanted));
  drawing.nodes().positions((node) => ({ x: node.position("x") * by, y: node.position("y") * down }));
  drawing.fit(undefined, 30);
  if (drawing.zoom() > 1) { drawing.zoom(1); drawing.center(); }
  drawing.on("tap", "node", (event) => { location.href = event.target.data("href"); });
  drawing.on("mouseover", "node", (event) => {
    const near = event.target.closedNeighborhood();
    drawing.elements().not(near).addClass("faded");
    box.style.cursor = "pointer";
  });
  drawing.on("mouseout", "node", () => { drawing.elements().removeClass("faded"); box.style.cursor = ""; });
  document.addEventListener("terkait:theme", () => drawing.style(style()));
  box.terkaitDrawing = drawing;
})();
