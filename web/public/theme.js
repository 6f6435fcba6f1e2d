// Runs before the first paint, so that a chosen theme never flashes in the other one. `Theme` (core/theme.ts) writes the key.
const theme = localStorage.getItem('qc.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
