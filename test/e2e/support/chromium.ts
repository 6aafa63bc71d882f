/** Arguments for a browser of tests: what would call home, or needs a sandbox that root does not have, is off. */
export const quietArguments: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
