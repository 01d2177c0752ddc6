// Keys (/ j k Enter), the theme button, facets that fold on a phone. The pages work without it.
(() => {
  const root = document.documentElement;
  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;

  const button = document.querySelector("[data-theme-button]");
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.hidden = false;
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("terkait-theme", root.dataset.theme); } catch { /* not kept */ }
    name();
    document.dispatchEvent(new Event("terkait:theme"));
  });

  // on a narrow screen the chosen tab may lie beyond the edge
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  let at = -1;
  const begin = () => {
    at = -1;
    const facets = document.querySelector("[data-facets]");
    if (facets && matchMedia("(max-width: 60rem)").matches) facets.open = false;
  };
  begin();

  // a facet or an order was chosen: the page is new, and the keyboard is where it was
  let choice = "";
  document.addEventListener("htmx:before:swap", () => {
    choice = document.activeElement?.dataset.choice ?? "";
  });
  document.addEventListener("htmx:after:swap", () => {
    begin();
    if (!choice) return;
    const same = [...document.querySelectorAll("[data-choice]")].find(
      (link) => link.dataset.choice === choice && link.checkVisibility(),
    );
    (same ?? document.querySelector(".total"))?.focus({ preventScroll: true });
  });

  const step = (by) => {
    const items = [...document.querySelectorAll("[data-item]")].filter((item) => item.offsetParent);
    if (!items.length) return;
    items[at]?.classList.remove("current");
    at = Math.min(items.length - 1, Math.max(0, at + by));
    const item = items[at];
    item.classList.add("current");
    item.scrollIntoView({ block: "nearest" });
    item.querySelector("a[href]")?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, select, textarea");
    if (event.key === "Escape" && field) { field.blur(); return; }
    if (field) return;
    if (event.key === "/") {
      const box = document.querySelector("#q, #url");
      event.preventDefault();
      if (box) { box.focus(); box.select(); } else { location.href = "/"; }
    } else if (event.key === "j") { step(1); } else if (event.key === "k") { step(-1); }
  });
})();
