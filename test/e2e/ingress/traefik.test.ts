// Traefik with its Kubernetes providers, over our Ingress objects and over our Gateway API objects.

import * as assert from "node:assert/strict";
import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { modelFor } from "../../access/render/public-providers";
import { ApiServer } from "./api-server";
import { tryFindTraefik } from "./engines";
import { itServesPublicHosts } from "./public-cases";
import { Traefik } from "./traefik";

const port = 24_444;
const controller = { kind: "traefik", entry: "plaintext", namespace: "traefik", serviceAccount: "traefik" } as const;

interface ProviderCase {
  readonly model: Model;
  /** The names in the certificate of a host. */
  readonly namesFor: (host: string) => readonly string[];
  /** What a client gets that names a host which is not public: a status, or the code of the error. */
  readonly strangerGets: string;
}

const providerCases: Readonly<Record<string, ProviderCase>> = {
  Ingress: {
    model: modelFor("traefik", { port, controller }),
    namesFor: () => ["*.agyn.test", "agyn.test"],
    strangerGets: "404",
  },
  "Gateway API": {
    model: modelFor("gatewayApi", { port, controller, className: "traefik" }),
    namesFor: (host) => [host],
    strangerGets: "ECONNRESET",
  },
};

interface GatewayStatus {
  readonly addresses: readonly { readonly value: string }[];
  readonly listeners: readonly {
    readonly name: string;
    readonly attachedRoutes: number;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  }[];
}

for (const [kind, { model, namesFor, strangerGets }] of Object.entries(providerCases)) {
  describe(`Traefik with its Kubernetes providers, over our ${kind} objects`, () => {
    let server: ApiServer | undefined;
    let traefik: Traefik;

    before("traefik, etcd or kube-apiserver not found", async function () {
      const binary = await tryFindTraefik();
      server = binary === undefined ? undefined : await ApiServer.tryStart();
      if (binary === undefined || server === undefined) this.skip();
      traefik = await Traefik.start(binary, server, model);
    });
    after(async () => {
      await traefik?.stop();
      await server?.stop();
    });

    itServesPublicHosts(model, namesFor, () => traefik);

    for (const host of ["other.agyn.test", "ziti-mgmt.agyn.test"]) {
      it(`has no way in by the name ${host}: a client gets ${strangerGets} (I10, D4)`, async () => {
        const before = traefik.site.arrivals.length;
        const got = await traefik.client.fetch(host, "/", { rejectUnauthorized: false }).then(
          ({ status }) => String(status),
          (error: NodeJS.ErrnoException) => error.code,
        );
        assert.deepEqual([got, traefik.site.arrivals.length], [strangerGets, before]);
      });
    }

    it("answers 404 for a host that is not public, on the connection of one that is (I10)", async () => {
      const headers = { host: `other.agyn.test:${port}` };
      assert.equal((await traefik.client.fetch("chat.agyn.test", "/", { headers })).status, 404);
    });

    if (model.options.ingress.provider === "gateway-api")
      it("reports each listener programmed with its one route, and the address of the Gateway", async () => {
        const at = "/apis/gateway.networking.k8s.io/v1/namespaces/ingress/gateways/agyn";
        const { status } = (await server!.api.tryGet<{ status: GatewayStatus }>(at))!;
        assert.deepEqual(
          status.addresses.map(({ value }) => value),
          [traefik.address],
        );
        const hosts = model.exposures.length + passthroughHosts(model.options).length;
        assert.equal(status.listeners.length, hosts + 1);
        for (const { name, attachedRoutes, conditions } of status.listeners) {
          const programmed = conditions.find(({ type }) => type === "Programmed")?.status;
          assert.deepEqual([name, attachedRoutes, programmed], [name, 1, "True"]);
        }
      });
  });
}
