// Applies the chosen appearance before anything is painted, so that a dark page does not flash white. A file of its own,
// because the content security policy allows no script inside the page. The key is that of src/ui/appearance.ts.
(() => {
  try {
    const appearance = localStorage.getItem('sealroom-appearance');
    if (appearance === 'light' || appearance === 'dark') document.documentElement.dataset.theme = appearance;
  } catch {
    // No storage: the system's appearance it is.
  }
})();
