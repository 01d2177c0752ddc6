// Articles by day as bars; a span that is dragged over becomes since: and until: of the query.
(() => {
let redraw = () => {};
const begin = () => {
  const figure = document.querySelector(".days");
  if (!figure || figure.dataset.drawn || typeof uPlot === "undefined") return;
  figure.dataset.drawn = "yes";
  const box = figure.querySelector(".days-plot");
  const counts = JSON.parse(figure.dataset.days);
  const DAY = 86400;
  const at = (day) => Date.parse(day + "T00:00:00Z") / 1000;
  const name = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const colour = (property) => getComputedStyle(document.documentElement).getPropertyValue(property).trim();

  const months = new Intl.DateTimeFormat("en", { month: "short", year: "numeric", timeZone: "UTC" });
  const dates = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
  const label = (seconds) => (days > 300 ? months : dates).format(new Date(seconds * 1000));
  const first = at(counts[0][0]), last = at(counts[counts.length - 1][0]);
  const days = Math.round((last - first) / DAY) + 1;
  // more days than there is room for become weeks or months of bars
  const width = days > 1500 ? 30 : days > 220 ? 7 : 1;
  const bars = new Array(Math.ceil(days / width)).fill(0);
  for (const [day, count] of counts) bars[Math.floor((at(day) - first) / DAY / width)] += count;
  const data = [bars.map((_, index) => first + index * width * DAY), bars];

  const keep = (from, to) => {
    const query = figure.dataset.q.replace(/(^|\s)-?(since|until):("[^"]*"|\S+)/g, " ").trim();
    const words = [query, "since:" + name(from), "until:" + name(to)].filter(Boolean).join(" ");
    const next = new URLSearchParams({ q: words });
    if (figure.dataset.sort !== "relevance") next.set("sort", figure.dataset.sort);
    location.href = "/?" + next;
  };

  let plot;
  const draw = () => {
    plot?.destroy();
    const axis = { stroke: colour("--soft"), grid: { show: false }, ticks: { show: false }, font: "12px system-ui" };
    // no part of a day: its name would stand there several times
    const steps = [1, 2, 3, 4, 5, 7, 10, 15, 30, 60, 90, 120, 180, 365, 730, 1825, 3650].map((step) => step * DAY);
    plot = new uPlot({
      width: box.clientWidth, height: 110, padding: [6, 4, 0, 0], legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { show: false } },
      scales: { x: { time: true, range: (_, low, high) => [low - width * DAY * 0.7, high + width * DAY * 0.7] },
                y: { range: (_, __, high) => [0, Math.max(1, high)] } },
      axes: [{ ...axis, size: 24, space: 70, incrs: steps, values: (_, ticks) => ticks.map(label) },
             { ...axis, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000, 100000], splits: (_, __, low, high) => [0, high] }],
      series: [{}, { fill: colour("--accent"), stroke: colour("--accent"), width: 0,
                     paths: uPlot.paths.bars({ size: [0.82, 40, 1] }), points: { show: false } }],
      hooks: {
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          const low = u.posToVal(u.select.left, "x"), high = u.posToVal(u.select.left + u.select.width, "x");
          keep(Math.max(first, Math.round(low / DAY) * DAY), Math.min(last, Math.floor(high / DAY) * DAY + (width - 1) * DAY));
        }],
      },
    }, data, box);
    plot.over.addEventListener("click", () => {
      const index = plot.cursor.idx;
      if (index !== null && plot.select.width < 4) keep(data[0][index], Math.min(last, data[0][index] + (width - 1) * DAY));
    });
    plot.over.addEventListener("mousemove", () => {
      const index = plot.cursor.idx;
      if (index !== null) plot.over.title = name(data[0][index]) + ": " + data[1][index];
    });
  };
  draw();
  redraw = () => { if (figure.isConnected) draw(); };
};
begin();
document.addEventListener("htmx:after:swap", begin); // a facet was clicked: the page is new
document.addEventListener("terkait:theme", () => redraw());
let wait;
addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(() => redraw(), 150); });
})();
