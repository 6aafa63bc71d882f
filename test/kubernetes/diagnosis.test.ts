import assert from "node:assert/strict";
import { diagnose, renderFinding } from "../../kubernetes/diagnosis/diagnose";
import { cases } from "../../kubernetes/diagnosis/cases";
import type { Observed } from "../../kubernetes/diagnosis/objects";
import { classes, mount, pods, rows } from "./diagnosis-rows";
import { claim, crashed, eventOf, namespace, observedWith, podName, podWith, unscheduled, waiting } from "./observed";

describe("the diagnosis of what is not ready", () => {
  for (const { id, observed, says } of rows) {
    it(`knows ${id}, its cause and its fix`, () => {
      const [finding, ...more] = diagnose(observedWith(observed));
      assert.deepEqual(more, []);
      assert.equal(finding?.id, id);
      const text = renderFinding(finding);
      for (const part of says) assert.match(text, part);
      assert.notEqual(finding.fix, "");
    });
  }

  it("has a test for every case of the table", () => {
    assert.deepEqual(
      cases.map(({ id }) => id).filter((id) => !rows.some((row) => row.id === id)),
      [],
    );
  });

  it("has no case that another one hides, and none that takes a minute to be told", () => {
    assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
    // A look comes every ten seconds: the first that sees it, and the first after its patience.
    for (const { id, patience } of cases) assert.ok(patience <= 30, id);
  });

  it("names the Helm release that waits, as a person knows it", () => {
    const [finding] = diagnose(observedWith(pods(waiting("ErrImagePull", "x"))));
    assert.deepEqual(finding?.owner, { kind: "Release", name: "istio-ingressgateway", namespace });
    assert.equal(finding.subject, `Pod ${namespace}/${podName}, container istio-proxy`);
  });

  it("names a hook of a release by the labels of its chart, for Helm notes nothing there", () => {
    const labels = { "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "cert-manager" };
    const job = { kind: "Job" as const, metadata: { name: "check", namespace, labels } };
    const pod = waiting("ErrImagePull", "x");
    const ofJob = { ...pod, metadata: { ...pod.metadata, ownerReferences: [{ kind: "Job", name: "check" }] } };
    const [finding] = diagnose(observedWith({ pods: [ofJob], controllers: [job] }));
    assert.deepEqual(finding?.owner, { kind: "Release", name: "cert-manager", namespace });
  });

  it("blames the claim and not the pod that waits for it", () => {
    const message = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
    const found = diagnose(observedWith({ pods: [unscheduled(message)], claims: [claim()] }));
    assert.deepEqual(
      found.map(({ id }) => id),
      ["no-default-storage-class"],
    );
  });

  it("tells one reason of many pods once", () => {
    const other = waiting("ImagePullBackOff", "x");
    const renamed = { ...other, metadata: { ...other.metadata, name: "another" } };
    assert.equal(diagnose(observedWith({ pods: [waiting("ErrImagePull", "x"), renamed] })).length, 1);
  });
});

describe("what the diagnosis leaves alone", () => {
  const ready = { type: "Ready", status: "True" };
  const healthy: readonly (readonly [string, Partial<Observed>])[] = [
    [
      "a ready pod, even one that crashed before",
      pods({ ...crashed(1), status: { ...crashed(1).status, conditions: [ready] } }),
    ],
    ["a Job that has done its work", pods({ ...crashed(1), status: { phase: "Succeeded" } })],
    ["a pod on its way out", pods({ ...crashed(1), metadata: { ...crashed(1).metadata, deletionTimestamp: "now" } })],
    ["a container that has just begun to pull", pods(waiting("ContainerCreating"))],
    ["a program that ended once, and runs", pods(podWith({ restartCount: 1, state: { running: {} } }, "Running"))],
    [
      "the events of an earlier pod of the same name",
      pods(waiting("ContainerCreating"), { events: [eventOf("FailedMount", mount, podName, "another")] }),
    ],
    [
      "a failed pod that its controller has replaced",
      { pods: [{ ...podWith({}), status: { phase: "Failed", reason: "Evicted" } }, waiting("ContainerCreating")] },
    ],
    [
      "a claim that waits for its first pod",
      {
        ...{ claims: [claim("slow")], storageClasses: classes },
        events: [eventOf("WaitForFirstConsumer", "waiting for first consumer", "ziti-controller", undefined)],
      },
    ],
  ];
  for (const [title, observed] of healthy) {
    it(title, () => assert.deepEqual(diagnose(observedWith(observed)), []));
  }
});
