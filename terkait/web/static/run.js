// Counts of a run that is under way, as the server tells them; reloads the page at the end.
(() => {
  const figures = document.querySelector("[data-events]");
  if (!figures || typeof EventSource === "undefined") return;
  const events = new EventSource(figures.dataset.events);
  events.addEventListener("progress", (event) => {
    const counts = JSON.parse(event.data);
    for (const cell of figures.querySelectorAll("[data-count]")) {
      const count = counts[cell.dataset.count];
      if (typeof count === "number") cell.textContent = count.toLocaleString("en");
    }
  });
  events.addEventListener("end", () => { events.close(); location.reload(); });
})();
