import assert from "node:assert/strict";
import { toLine, toLogLines } from "../../kubernetes/diagnosis/clean-text";

describe("a text of a cluster that is shown to a person", () => {
  const secrets: readonly (readonly [string, string])[] = [
    ["password=hunter2-of-all", "hunter2-of-all"],
    ['{"level":"info","clientSecret":"s3cr3t value"}', "s3cr3t"],
    ['{"api_key" : "k3y"}', "k3y"],
    ["run --admin-password hunter2", "hunter2"],
    ["Authorization: Bearer abc.def", "abc.def"],
    ["postgres://ziti:pa55word@db:5432/ziti", "pa55word"],
    ["token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJzdWIiOiIxIn0"],
    ["zt-session: 0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"],
    ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", "MIIEvQIBADANBgkqhkiG9w0"],
  ];
  for (const [text, secret] of secrets) {
    it(`hides the secret in: ${text}`, () => {
      const line = toLine(text);
      assert.ok(!line.includes(secret), line);
      assert.match(line, /\[redacted\]/);
    });
  }

  it("hides a private key of several lines whole", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nabcd\nefgh\n-----END PRIVATE KEY-----";
    assert.deepEqual(toLogLines(`before\n${key}\nafter`), ["before", "[redacted]", "after"]);
    assert.deepEqual(toLogLines("before\n-----BEGIN EC PRIVATE KEY-----\nabcd"), ["before", "[redacted]"]);
  });

  it("leaves what explains a fault as it is", () => {
    for (const text of [
      'MountVolume.SetUp failed for volume "credential" : secret "ziti-router-enrollment" not found',
      `docker.io/library/busybox@sha256:${"0123456789abcdef".repeat(4)}: not found`,
      "dial tcp: lookup ziti.agyn.localhost on 10.96.0.10:53: server misbehaving",
      "istio-ingressgateway-6c7f9d5b8-x2x9z in /var/lib/kubelet/pods/3b2c8a0e-7a54-4a1f-9d38-d2d9a64d5a11/volumes",
      "CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (app)",
    ])
      assert.equal(toLine(text), text);
  });

  it("has no character that a terminal or Pulumi acts on", () => {
    const line = toLine("\u001b[31mred\u001b[0m \u001b]0;title\u0007a\u0000b\u202ec\r\nd <{%reset%}>");
    assert.equal(line, "red a b c d < {%reset%}>");
  });

  it("is one line of 300 characters at most, and a log is its last five", () => {
    assert.equal(toLine("x".repeat(100_000)).length, 300);
    assert.deepEqual(toLogLines("1\n2\n\n3\n4\n5\n6\n"), ["2", "3", "4", "5", "6"]);
  });
});
