import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { judgeEnforcement, type Enforcement } from "../../../access/answers/enforcement";
import {
  listenerScript,
  probeLabels,
  proberScript,
  renderProbePolicies,
} from "../../../access/render/enforcement-probe";
import { findMissing } from "./lab";
import { Namespaces, run } from "./namespaces";
import { Translation, type Filter } from "./translation";

const namespace = "agyn-workloads";
const places = [
  { name: "prober", v4: "10.70.0.1", v6: "fd70::1", pod: { namespace, labels: probeLabels("prober") } },
  { name: "listener", v4: "10.70.0.2", v6: "fd70::2", pod: { namespace, labels: probeLabels("listener") } },
];
const [prober, listener] = [0, 1] as const;

function hasBusyBox(): boolean {
  try {
    run("busybox", ["true"]);
    return true;
  } catch {
    return false;
  }
}

/** The router's filter where a plugin enforces these ends of the probe's policies. */
function enforcing(...ends: readonly Filter["end"][]): string {
  const policies = renderProbePolicies(namespace);
  return ends.map((end) => new Translation(policies, places, { end, reading: "translated" }).toText(end)).join("\n");
}

const closedDown =
  "add table inet lab; add chain inet lab forward { type filter hook forward priority 0; policy drop; }";

const cases: readonly [what: string, ruleset: string, verdict: Enforcement["verdict"]][] = [
  ["a plugin that enforces both directions", enforcing("egress", "ingress"), "enforced"],
  ["a plugin that ignores policies", "", "notEnforced"],
  ["a plugin that filters incoming traffic alone", enforcing("ingress"), "notEnforced"],
  ["a plugin that filters outgoing traffic alone", enforcing("egress"), "notEnforced"],
  ["a network that carries nothing", closedDown, "inconclusive"],
];

// The scripts of the two pods, run by BusyBox as in their image, with a kernel's packet filter between them.
describe("the enforcement probe, in network namespaces", () => {
  // BusyBox and nothing else, as in the image.
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-probe-"));
  let namespaces: Namespaces | undefined;

  before("needs root, ip, nft and busybox", function () {
    if (findMissing().length > 0 || !hasBusyBox()) this.skip();
    namespaces = new Namespaces(places);
    run("busybox", ["--install", "-s", folder]);
    spawn("ip", within(listener, listenerScript), { stdio: "ignore" });
  });

  after(() => {
    if (namespaces) run("sh", ["-c", `ip netns pids ${namespaces.nameOf(listener)} | xargs -r kill -9`]);
    namespaces?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const within = (place: number, script: string, environment: readonly string[] = []) => [
    ...["netns", "exec", namespaces?.nameOf(place) ?? "", "env", "-i", `PATH=${folder}`],
    ...[...environment, "sh", "-c", script],
  ];

  async function probe(target: string): Promise<Enforcement> {
    const report = path.join(folder, "report");
    const given = [`TARGET=${target}`, `REPORT=${report}`, "ATTEMPTS=3", "SETTLE=0"];
    await promisify(execFile)("ip", within(prober, proberScript, given));
    return judgeEnforcement(readFileSync(report, "utf8"));
  }

  for (const [what, ruleset, verdict] of cases) {
    for (const target of ["10.70.0.2", "[fd70::2]"]) {
      it(`says ${verdict} of ${what}, asked at ${target}`, async () => {
        namespaces?.filter(ruleset);
        assert.equal((await probe(target)).verdict, verdict);
      });
    }
  }
});
