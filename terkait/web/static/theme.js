// The theme that the reader chose, set before anything is drawn.
(() => {
  try {
    const chosen = localStorage.getItem("terkait-theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch { /* a browser that keeps nothing: the system's theme */ }
})();
