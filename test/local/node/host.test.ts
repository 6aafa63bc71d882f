import assert from "node:assert/strict";
import { BinaryWriter } from "google-protobuf";
import { renderFirewallRemoval } from "../../../local/node/firewall";
import { mountsBelow } from "../../../local/node/host/mounts";
import { isShimOf } from "../../../local/node/host/pod-leftovers";
import { hostPrograms, missingForNode } from "../../../local/node/host/programs";
import { parseParts } from "../../../local/node/parts";
import { parsePods, renderPodRequest } from "../../../local/node/runtime";

describe("a machine for a real node", () => {
  it("is refused with every reason and the command that helps", () => {
    const [root, programs, ...more] = missingForNode({ PATH: "/nowhere" }, "linux", 1000);
    assert.match(root ?? "", /run it as root/);
    if (programs !== undefined) assert.match(programs, /apt-get install [a-z-]+/);
    assert.deepEqual(more, []);
    assert.deepEqual(missingForNode({}, "darwin", 0), ["A real node needs Linux."]);
  });

  it("gets each program from a package of Debian", () => {
    for (const row of hostPrograms) assert.match(row.package, /^[a-z0-9-]+$/, row.program);
  });
});

describe("the parts of a node", () => {
  it("are read from a list, and refused with those that are allowed", () => {
    assert.deepEqual(parseParts("volumes, load-balancer"), ["volumes", "load-balancer"]);
    assert.throws(() => parseParts("dns,volumes"), /^Error: dns: no such part of a node; allowed are load-balancer,/);
  });
});

describe("what a node leaves", () => {
  it("is found among the mounts of the machine, innermost first", () => {
    const line = (point: string) => `1 2 0:3 / ${point} rw - tmpfs tmpfs rw`;
    const mountinfo = ["/", "/state", "/state/a", "/state/a/b\\040c", "/state-of-another/x"].map(line).join("\n");
    assert.deepEqual(mountsBelow("/state", mountinfo), ["/state/a/b c", "/state/a", "/state"]);
  });

  it("is told from the shims of another runtime", () => {
    const commandLine = (socket: string) =>
      ["/usr/bin/containerd-shim-runc-v2", "-namespace", "k8s.io", "-address", socket].join("\0");
    assert.equal(isShimOf("/run/agyn-node-1", commandLine("/run/agyn-node-1/containerd/containerd.sock")), true);
    assert.equal(isShimOf("/run/agyn-node-1", commandLine("/run/agyn-node-10/containerd/containerd.sock")), false);
    assert.equal(isShimOf("/run/agyn-node-1", commandLine("/run/containerd/containerd.sock")), false);
  });
});

describe("the end of kube-router", () => {
  const saved = [
    "*filter",
    ":INPUT ACCEPT [0:0]",
    ":KUBE-PROXY-FIREWALL - [0:0]",
    ":KUBE-ROUTER-INPUT - [0:0]",
    ":KUBE-POD-FW-ABC - [0:0]",
    '-A INPUT -m comment --comment "kube-router netpol - X" -j KUBE-ROUTER-INPUT',
    "-A INPUT -j KUBE-PROXY-FIREWALL",
    "-A KUBE-ROUTER-INPUT -s 10.244.0.2/32 -j KUBE-POD-FW-ABC",
    "COMMIT",
  ].join("\n");

  it("takes its chains along, and nothing of kube-proxy's", () => {
    assert.deepEqual(renderFirewallRemoval(saved).split("\n"), [
      "*filter",
      '-D INPUT -m comment --comment "kube-router netpol - X" -j KUBE-ROUTER-INPUT',
      ...["-F KUBE-ROUTER-INPUT", "-F KUBE-POD-FW-ABC", "-X KUBE-ROUTER-INPUT", "-X KUBE-POD-FW-ABC"],
      "COMMIT",
      "",
    ]);
  });
});

describe("the container runtime's answers", () => {
  it("are read for the pods in them", () => {
    const answer = new BinaryWriter();
    for (const id of ["one", "two"]) answer.writeBytes(1, renderPodRequest(id));
    answer.writeString(2, "a field of a later version");
    assert.deepEqual(parsePods(answer.getResultBuffer()), ["one", "two"]);
  });
});
