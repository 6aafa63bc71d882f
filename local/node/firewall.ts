import { runProgram } from "./host/programs";

const ownChain = /^KUBE-(ROUTER|POD-FW|NWPLCY)-/;
const ownSet = /^(inet6:)?KUBE-(SRC|DST|NWPLCY|PODS|SERVICE|LOCAL)/;

/**
 * Input of `iptables-restore --noflush` that takes kube-router's chains, and what leads to them, out of a table as
 * `iptables-save` printed it. Its own way to clean up needs a kernel with IPVS.
 */
export function renderFirewallRemoval(saved: string): string {
  const lines = saved.split("\n");
  const chains = lines
    .filter((line) => line.startsWith(":"))
    .map((line) => line.slice(1).split(" ")[0] ?? "")
    .filter((chain) => ownChain.test(chain));
  const jumps = lines.filter((line) => {
    const [, from = "", to = ""] = /^-A (\S+) .*-[jg] (\S+)/.exec(line) ?? [];
    return !ownChain.test(from) && ownChain.test(to);
  });
  const removals = [
    ...jumps.map((line) => line.replace(/^-A/, "-D")),
    ...chains.map((chain) => `-F ${chain}`),
    ...chains.map((chain) => `-X ${chain}`),
  ];
  return ["*filter", ...removals, "COMMIT", ""].join("\n");
}

/** Opens the node's network: without this, what kube-router filtered last stays closed after its end. */
export function removeFirewall(): void {
  const saved = runProgram("iptables-save", ["-t", "filter"]);
  runProgram("iptables-restore", ["--noflush"], { input: renderFirewallRemoval(saved) });
  const sets = runProgram("ipset", ["list", "-name"]).split("\n");
  for (const set of sets.filter((name) => ownSet.test(name))) runProgram("ipset", ["destroy", set]);
}
