import { readFileSync, writeFileSync } from "node:fs";
import { tryReadText, writeWhole } from "../../files";

/** What every kubelet sets on its machine, whichever network namespace it runs in. */
const settings = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"] as const;

/** Keeps the machine's own values in a file, unless an earlier start did: those it finds may be a kubelet's by now. */
export function keepKernelSettings(file: string): void {
  if (tryReadText(file) !== undefined) return;
  writeWhole(file, JSON.stringify(Object.fromEntries(settings.map((name) => [name, read(name)]))));
}

/** Gives the machine the values back that the file keeps; without a file nothing was changed. */
export function restoreKernelSettings(file: string): void {
  const text = tryReadText(file);
  if (text === undefined) return;
  for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, string>)) {
    if (read(name) !== value) writeFileSync(`/proc/sys/${name}`, value);
  }
}

function read(name: string): string {
  return readFileSync(`/proc/sys/${name}`, "utf8").trim();
}
