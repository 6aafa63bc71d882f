import assert from "node:assert/strict";
import { tryHttp } from "../node/pods";
import { eventually, type CaseCluster } from "./case-cluster";
import type { SmallWorld } from "./small-world";

interface Service {
  readonly status: {
    readonly loadBalancer: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
}

/** What pods, Services, names, volumes and policies do on any cluster. The world is made when the first case runs. */
export function describePodCases(cluster: CaseCluster, world: () => SmallWorld): void {
  // Rules of a new Service are written in rounds.
  it("leads a Service's name to its pod", () => world().reachable());

  it("knows no name that does not exist, inside or outside", async () => {
    for (const name of [`absent.${world().namespace}.svc.cluster.local`, "absent.agyn.test"]) {
      const { code, output } = await world().inClient(`nslookup ${name}.`);
      assert.notEqual(code, 0);
      assert.match(output, /NXDOMAIN/);
    }
  });

  it("binds a claim to a volume", async function () {
    if ((await cluster.lacks("volumes")) !== undefined) this.skip();
    await eventually(
      "the claim is bound",
      () => world().readClaim("early"),
      ({ status }) => status.phase === "Bound",
    );
  });

  it("gives a load balancer an address that answers", async function () {
    if ((await cluster.lacks("load balancer")) !== undefined) this.skip();
    await cluster.submit([world().publicService("public")]);
    const read = () => cluster.read<Service>("service", "public", "--namespace", world().namespace);
    const service = await eventually("an address", read, ({ status }) => status.loadBalancer.ingress !== undefined);
    const [{ ip, hostname } = {}] = service.status.loadBalancer.ingress ?? [];
    await eventually(
      "it answers",
      () => world().inClient(tryHttp(ip ?? hostname ?? "", 8080)),
      ({ code }) => code === 0,
    );
  });

  it("closes what a network policy leaves out, and opens it again with the policy", async function () {
    if ((await cluster.lacks("network policies")) !== undefined) this.skip();
    await world().close();
    await world().open();
    await world().reachable();
  });
}
