import { cpus } from "node:os";
import { benchCommandLine } from "./command-line";
import { benchLocal } from "./local";
import { benchMesh } from "./mesh";
import { benchNetworkPolicies } from "./network-policies";
import { benchNode } from "./node";
import { benchOverlay } from "./overlay";
import { benchStartUp } from "./start-up";

/** `npm run bench`: prints the figures of this machine. Figures are reported, never asserted. */
async function main(): Promise<void> {
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node.js ${process.version}`);
  console.log("median (min–max over the rounds of this run)\n");
  const sections = [
    benchStartUp,
    benchMesh,
    benchNetworkPolicies,
    benchOverlay,
    benchCommandLine,
    benchLocal,
    benchNode,
  ];
  for (const section of sections) {
    for (const line of await section()) console.log(line);
  }
}

void main();
