import * as assert from "node:assert/strict";
import { PortForward, type PortForwardTarget } from "../../openziti/client/port-forward";
import { PortForwardError, TunnelError } from "../../openziti/client/port-forward/errors";
import { isTransient } from "../../openziti/client/retry";
import { readFixture } from "../support/fixtures";
import { failureOf, FakeCluster } from "./port-forward-cluster";

const never = new AbortController().signal;
const title = "Port-forward to Service ziti/controller, port 1281: ";

describe("a port-forward that fails", () => {
  let cluster: FakeCluster;
  beforeEach(async () => {
    cluster = new FakeCluster();
    await cluster.start();
  });
  afterEach(() => cluster.stop());

  const target = (changes: Partial<PortForwardTarget> = {}): PortForwardTarget => ({
    ...{ kubeconfig: cluster.kubeconfig(), namespace: "ziti", service: "controller", port: 1281 },
    ...changes,
  });

  describe("says what is wrong and does not ask to be repeated when", () => {
    const cases: readonly [string, () => Partial<PortForwardTarget>, RegExp][] = [
      [
        "the identity may not",
        () => {
          cluster.refusal = { status: 403, message: "services is forbidden" };
          return {};
        },
        /403 .*: services is forbidden\. The identity .* needs: get services, .* pods\/portforward/,
      ],
      ["there is no such Service", () => ({ service: "absent" }), /404 .*services\/absent not found.*Check namespace/],
      [
        "the Service has no such port",
        () => ({ port: 80 }),
        /no such port. Its ports are: 1280 \(client\), 1281 \(mgmt\)/,
      ],
      [
        "no pod is behind the endpoints",
        () => {
          const ports = [{ name: "mgmt", port: 8441 }];
          cluster.slices = [{ ports, endpoints: [{ conditions: {} }] }];
          return {};
        },
        /has endpoints, but no pod behind them/,
      ],
      [
        "the identity may read, but not forward",
        () => {
          cluster.pod = { answers: 403, message: "pods/portforward is forbidden" };
          return {};
        },
        /403 .*pods\/portforward is forbidden\. The identity/,
      ],
      ["the context is unknown", () => ({ context: "there" }), /no context "there"\. It has: here\.$/],
      ["the kubeconfig is no YAML", () => ({ kubeconfig: "token: [very-secret\n" }), /kubeconfig is not valid/],
      ["the file is absent", () => ({ kubeconfig: "/nowhere/very-secret" }), /cannot be read \(ENOENT\)/],
      [
        "the API server has no TLS",
        () => ({ kubeconfig: cluster.kubeconfig({ server: "http://localhost:8080" }) }),
        /no kubeconfig names an API server with https \(found http:\/\/localhost:8080\)/,
      ],
      [
        "another authority signed the API server's certificate",
        () => ({ kubeconfig: cluster.kubeconfig({ ca: readFixture("tls/foreign-ca.crt") }) }),
        /no trusted TLS connection to the API server .*UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
      ],
    ];
    for (const [situation, arrange, expected] of cases) {
      it(situation, async () => {
        const changes = arrange();
        const failure = await failureOf(new PortForward(target(changes)).open(never));
        assert.ok(failure instanceof PortForwardError, failure.name);
        assert.match(failure.message, expected);
        assert.match(failure.message, /^Port-forward to Service ziti\/(controller|absent), port \d+: /);
        assert.doesNotMatch(failure.message, /very-secret|kubernetes-token/);
        assert.equal(isTransient(failure), false);
      });
    }
  });

  describe("may be repeated when", () => {
    const cases: readonly [string, () => Partial<PortForwardTarget>, RegExp][] = [
      [
        "the pod has gone",
        () => {
          cluster.pod = { answers: 404, message: 'pods "controller-0" not found' };
          return {};
        },
        /404 .*pods "controller-0" not found/,
      ],
      [
        "the kubelet cannot be reached",
        () => {
          cluster.pod = { answers: 502, message: "no route to the node" };
          return {};
        },
        /502 .*no route to the node/,
      ],
      [
        "the API server is busy",
        () => {
          cluster.refusal = { status: 429, message: "too many requests" };
          return {};
        },
        /429 .*too many requests/,
      ],
      [
        "the API server does not listen",
        () => ({ kubeconfig: cluster.kubeconfig({ server: "https://127.0.0.1:1" }) }),
        /API server https:\/\/127.0.0.1:1 cannot be reached \(ECONNREFUSED\)/,
      ],
    ];
    for (const [situation, arrange, expected] of cases) {
      it(situation, async () => {
        const changes = arrange();
        const failure = await failureOf(new PortForward(target(changes)).open(never));
        assert.ok(failure instanceof TunnelError, failure.name);
        assert.match(failure.message, expected);
        assert.ok(failure.message.startsWith(title), failure.message);
        assert.equal(isTransient(failure), true);
      });
    }
  });
});
