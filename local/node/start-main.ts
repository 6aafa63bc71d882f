import { openTerminal } from "../terminal";
import { nodeFolders } from "./folders";
import { programPath } from "./host/programs";
import { enginesOf, tryLoadNodeRecord } from "./record";
import { startEngines } from "./start";

// Started by `bring-up.ts` inside of the node's network namespace; what it says, the person reads.
async function main(stateRoot: string): Promise<void> {
  process.env.PATH = programPath(process.env);
  const terminal = openTerminal(process.stdout, process.env);
  const folders = nodeFolders(stateRoot);
  const record = tryLoadNodeRecord(folders);
  if (!record) throw new Error(`no node is described in ${folders.root}`);
  await startEngines(folders, enginesOf(record), record.parts, (engine, state) =>
    terminal.status(`${engine}: ${state}`),
  );
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
