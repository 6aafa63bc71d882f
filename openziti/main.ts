// The provider process. Pulumi reads the port from the first line on stdout; everything else goes to stderr.
import { startServer } from "./server";

const orphanCheckMs = 5_000;

async function main(): Promise<void> {
  const server = await startServer();
  const stop = () => void server.stop().finally(() => process.exit(0));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  stopWhenOrphaned(stop);
  process.stdout.write(`${server.port}\n`);
}

/** Pulumi killed outright cannot say goodbye: its provider must not stay behind with an open admin session. */
function stopWhenOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, orphanCheckMs);
  timer.unref();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
