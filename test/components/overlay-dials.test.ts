import * as assert from "node:assert/strict";
import { dialProblems, dialsOf } from "../support/overlay-dials";
import { type ChartValues, releasesOf } from "../support/overlay-listeners";
import { registerProgram, type Registration, type Run, type StackConfig } from "../support/registrations";

const variants: Readonly<Record<string, StackConfig>> = {
  "the defaults": {},
  "a cluster": { controller: { mode: "cluster" } },
  "another port": { ingress: { port: 8443 } },
  "another namespace": { namespaces: { overlay: "overlay" } },
  "a cluster in another namespace on another port": {
    ...{ controller: { mode: "cluster" }, namespaces: { overlay: "overlay" }, ingress: { port: 8443 } },
  },
  "lines in the Corefile": { overlay: { clusterDns: "corefile" } },
  "lines of the operator's": { overlay: { clusterDns: "external" } },
};

/** The run with another value in every release of a chart. */
function withValues(
  run: Run,
  chart: "ziti-controller" | "ziti-router",
  change: (values: ChartValues) => ChartValues,
): Run {
  const changed = new Set(releasesOf(run, chart));
  const registrations = run.registrations.map((one): Registration => {
    if (!changed.has(one)) return one;
    return { ...one, inputs: { ...one.inputs, values: change(one.inputs.values as ChartValues) } };
  });
  return { ...run, registrations };
}

describe("what is dialed in the overlay", () => {
  for (const [title, config] of Object.entries(variants)) {
    it(`resolves where it is dialed and is in the certificate behind it: ${title}`, async () => {
      const run = await registerProgram("dev", config);
      assert.ok(dialsOf(run).length >= 8);
      assert.deepEqual(dialProblems(run), []);
    });
  }

  describe("is found wanting", () => {
    let run: Run;
    before(async () => {
      run = await registerProgram("dev", { controller: { mode: "cluster" } });
    });

    it("where the control plane's certificate does not have the Services", async () => {
      const found = [run, await registerProgram("dev", {})].flatMap((one) =>
        dialProblems(withValues(one, "ziti-controller", (values) => ({ ...values, ctrlPlane: undefined }))),
      );
      const unnamed = found.filter((problem) => problem.endsWith("is not in the certificate of the control plane"));
      for (const who of ["ziti-router running", "ziti-controller-2 joining", "ziti-controller-3 joining"]) {
        assert.ok(
          unnamed.some((problem) => problem.startsWith(who)),
          who,
        );
      }
    });

    it("where no line makes the public names lead into the cluster", () => {
      const registrations = run.registrations.filter(({ type }) => type !== "openziti:index:ClusterDns");
      const found = dialProblems({ ...run, registrations });
      assert.ok(found.includes("ziti-router enrolling dials ziti.agyn.localhost:443, which resolves to no Service"));
    });

    it("where the router is told a port on which nobody listens", () => {
      const found = dialProblems(
        withValues(run, "ziti-router", (values) => ({
          ...values,
          ctrl: { endpoint: "ziti-controller-client.ziti.svc:1280" },
        })),
      );
      assert.deepEqual(found, [
        "ziti-router running dials ziti-controller-client.ziti.svc:1280, where no control plane listens",
      ]);
    });
  });
});
