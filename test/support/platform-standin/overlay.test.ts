import assert from "node:assert/strict";
import { devInstallation } from "./installation";
import { hostedServices, renderHosts } from "./overlay";

const { model } = devInstallation();
const services = hostedServices(model);

describe("the overlay's services in the stand-in platform", () => {
  it("are hosted by exactly the workloads that a Bind policy lets host them, at their own first port", () => {
    const told = services.map(({ name, hosts, backend }) => [name, hosts, backend.port, backend.protocol]);
    assert.deepEqual(told, [
      ["gateway", ["gateway"], 8080, "http"],
      ["llm-proxy", ["llm-proxy"], 8080, "http"],
      ["tracing", ["tracing"], 50051, "grpc"],
      ["standin-runner-services", ["k8s-runner"], 50051, "grpc"],
      ["standin-app-services", ["reminders", "telegram-connector"], 8080, "http"],
      ["standin-egress-services", ["egress-gateway"], 50051, "grpc"],
    ]);
  });

  it("have a port each, and a role where they are made at run time", () => {
    assert.equal(new Set(services.map(({ localPort }) => localPort)).size, services.length);
    assert.deepEqual(
      services.flatMap(({ role = [] }) => role),
      ["runner-services", "app-services", "egress-services"],
    );
  });

  it("lead a host's tunneler back into its own pod", () => {
    const [gateway] = model.overlay.services;
    assert.match(renderHosts(model, "gateway"), new RegExp(`^127\\.0\\.0\\.1 ${gateway?.host.address ?? ""}$`, "m"));
    assert.equal(renderHosts(model, "agent"), "127.0.0.1 localhost\n");
  });
});
