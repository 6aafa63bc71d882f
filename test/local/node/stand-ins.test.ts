import assert from "node:assert/strict";
import { assignAddresses, renderStatus, type BalancedService } from "../../../local/node/stand-ins/load-balancer";
import { isWaiting, renderVolume, storageClass, type VolumeClaim } from "../../../local/node/stand-ins/volumes";

function service(name: string, ip?: string, spec: BalancedService["spec"] = { type: "LoadBalancer" }): BalancedService {
  const ingress = ip === undefined ? undefined : [{ ip }];
  return { metadata: { name, namespace: "default" }, spec, status: { loadBalancer: { ingress } } };
}

describe("the stand-in for a load balancer", () => {
  it("keeps addresses that are given, and fills the gaps", () => {
    const services = [service("c"), service("a", "10.98.0.1"), service("b", "10.98.0.3"), service("d")];
    const given = assignAddresses(services).map(({ service: { metadata }, address }) => [metadata.name, address]);
    assert.deepEqual(Object.fromEntries(given), { a: "10.98.0.1", b: "10.98.0.3", c: "10.98.0.2", d: "10.98.0.4" });
  });

  it("leaves other Services alone", () => {
    const others = [
      service("inner", undefined, { type: "ClusterIP" }),
      service("of another", undefined, { type: "LoadBalancer", loadBalancerClass: "acme.io/lb" }),
    ];
    assert.deepEqual(assignAddresses(others), []);
  });

  it("says that connections come through it, so that no pod takes a short cut", () => {
    assert.deepEqual(renderStatus({ service: service("a"), address: "10.98.0.1" }), {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "a", namespace: "default" },
      status: { loadBalancer: { ingress: [{ ip: "10.98.0.1", ipMode: "Proxy" }] } },
    });
  });
});

describe("the stand-in for disks", () => {
  const claim: VolumeClaim = {
    metadata: { name: "data", namespace: "ziti", uid: "1" },
    spec: {
      storageClassName: storageClass,
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "2Gi" } },
    },
    status: { phase: "Pending" },
  };

  it("looks after claims of its class that wait, and no others", () => {
    assert.equal(isWaiting(claim), true);
    assert.equal(isWaiting({ ...claim, spec: { ...claim.spec, volumeName: "pvc-1" } }), false);
    assert.equal(isWaiting({ ...claim, spec: { ...claim.spec, storageClassName: "fast" } }), false);
    assert.equal(isWaiting({ ...claim, status: { phase: "Bound" } }), false);
  });

  it("makes a volume that only this claim can have", () => {
    const { spec } = renderVolume(claim, "/volumes");
    assert.deepEqual(spec.claimRef, {
      ...{ apiVersion: "v1", kind: "PersistentVolumeClaim" },
      ...{ name: "data", namespace: "ziti", uid: "1" },
    });
    assert.deepEqual(spec.hostPath, { path: "/volumes/pvc-1", type: "Directory" });
    assert.deepEqual(spec.capacity, { storage: "2Gi" });
  });
});
