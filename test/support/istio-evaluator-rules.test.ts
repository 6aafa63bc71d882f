import assert from "node:assert/strict";
import { compileRule, normalizePath, type MeshRequest, type Rule } from "./istio-evaluator-rules";

const call: MeshRequest = {
  namespace: "shop",
  labels: {},
  principal: "cluster.local/ns/shop/sa/cart",
  port: 50051,
  method: "POST",
  path: "/shop.Orders/Place",
  host: "orders.shop:50051",
  sni: "orders.test",
  headers: { "x-user": "ada", "x-empty": "" },
};
const context = { action: "ALLOW", namespace: "shop", trustDomains: ["cluster.local", "old.test"] };
const source = (fields: Record<string, string[]>): Rule => ({ from: [{ source: fields }] });
const operation = (fields: Record<string, string[]>): Rule => ({ to: [{ operation: fields }] });
const header = (name: string, condition: object): Rule => ({
  when: [{ key: `request.headers[${name}]`, ...condition }],
});
const nobody = { principal: undefined };

const table: readonly [Rule, Partial<MeshRequest>, boolean][] = [
  [{}, {}, true],
  [source({ principals: ["cluster.local/ns/shop/sa/cart"] }), {}, true],
  [source({ principals: ["cluster.local/ns/shop/sa/car"] }), {}, false],
  [source({ principals: ["x", "cluster.local/ns/shop/sa/cart"] }), {}, true],
  [source({ principals: ["cluster.local/ns/shop/*"] }), {}, true],
  [source({ principals: ["cluster.local/ns/sho/*"] }), {}, false],
  [source({ principals: ["*/sa/cart"] }), {}, true],
  [source({ principals: ["*/sa/art"] }), {}, false],
  [source({ principals: ["*"] }), {}, true],
  [source({ principals: ["*"] }), nobody, false],
  [source({ principals: ["old.test/ns/shop/sa/cart"] }), {}, true],
  [source({ principals: ["other.test/ns/shop/sa/cart"] }), {}, false],
  [source({ notPrincipals: ["*"] }), nobody, true],
  [source({ notPrincipals: ["cluster.local/ns/shop/sa/cart"] }), {}, false],
  [source({ notPrincipals: ["cluster.local/ns/shop/sa/other"] }), {}, true],
  [source({ namespaces: ["shop"] }), {}, true],
  [source({ namespaces: ["sh*"] }), {}, true],
  [source({ namespaces: ["hop"] }), {}, false],
  [source({ namespaces: ["shop"] }), nobody, false],
  [source({ notNamespaces: ["shop"] }), nobody, true],
  [source({ serviceAccounts: ["shop/cart"] }), {}, true],
  [source({ serviceAccounts: ["cart"] }), {}, true],
  [source({ serviceAccounts: ["other/cart"] }), {}, false],
  [source({ principals: ["*"], namespaces: ["other"] }), {}, false],
  [operation({ ports: ["50051"] }), {}, true],
  [operation({ ports: ["5005"] }), {}, false],
  [operation({ notPorts: ["50051"] }), {}, false],
  [operation({ methods: ["GET", "POST"] }), {}, true],
  [operation({ methods: ["post"] }), {}, false],
  [operation({ notMethods: ["POST"] }), {}, false],
  [operation({ paths: ["/shop.Orders/Place"] }), {}, true],
  [operation({ paths: ["/shop.orders/place"] }), {}, false],
  [operation({ paths: ["/shop.Orders/*"] }), {}, true],
  [operation({ paths: ["*/Place"] }), {}, true],
  [operation({ paths: ["/shop.Orders/Place"] }), { path: "/shop.Orders/Place?x=1" }, true],
  [operation({ paths: ["/shop.Orders/Place"] }), { path: "/shop.Orders/%50lace" }, true],
  [operation({ paths: ["/shop.Orders/Place"] }), { path: "/shop.Orders/Place/" }, false],
  [operation({ notPaths: ["/shop.Orders/Place"] }), {}, false],
  [operation({ hosts: ["ORDERS.shop:*"] }), {}, true],
  [operation({ hosts: ["orders.shop"] }), {}, false],
  [operation({ paths: ["/shop.Orders/Place"], ports: ["9090"] }), {}, false],
  [{ to: [{ operation: { ports: ["1"] } }, { operation: { methods: ["POST"] } }] }, {}, true],
  [header("x-user", { values: ["*"] }), {}, true],
  [header("X-User", { values: ["*"] }), {}, true],
  [header("x-user", { values: ["ada"] }), {}, true],
  [header("x-user", { values: ["a*"] }), {}, true],
  [header("x-user", { values: ["bob"] }), {}, false],
  [header("x-user", { notValues: ["*"] }), {}, false],
  [header("x-user", { notValues: ["bob"] }), {}, true],
  [header("x-empty", { values: ["*"] }), {}, true],
  [header("x-empty", { notValues: ["*"] }), {}, false],
  [header("x-absent", { values: ["*"] }), {}, false],
  [header("x-absent", { notValues: ["*"] }), {}, true],
  [header("x-user", { values: ["*"], notValues: ["ada"] }), {}, false],
  [{ when: [{ key: "connection.sni", values: ["orders.test"] }] }, {}, true],
  [{ when: [{ key: "connection.sni", values: ["orders.test"] }] }, { sni: undefined }, false],
  [{ when: [{ key: "destination.port", notValues: ["50051"] }] }, {}, false],
  [{ when: [{ key: "source.principal", values: ["old.test/ns/shop/sa/cart"] }] }, {}, true],
  [{ when: [{ key: "source.namespace", values: ["shop"] }] }, {}, true],
];

describe("the evaluator of one rule", () => {
  for (const [rule, change, expected] of table) {
    const on = Object.keys(change).length === 0 ? "" : ` on ${JSON.stringify({ principal: "none", ...change })}`;
    it(`${expected ? "matches" : "passes by"} with ${JSON.stringify(rule)}${on}`, () => {
      assert.equal(compileRule(rule, context)({ ...call, ...change }), expected);
    });
  }

  it("takes values for patterns of text, never of regular expressions", () => {
    const rule = source({ principals: ["cluster.local/ns/sh.p/sa/cart"] });
    assert.equal(compileRule(rule, context)(call), false);
  });
});

const paths: readonly [string, string][] = [
  ["/a.B/C", "/a.B/C"],
  ["/a.B/%43", "/a.B/C"],
  ["/a.B%2FC", "/a.B%2FC"],
  ["/a.B%2fC", "/a.B%2FC"],
  ["/x/../a.B/C", "/a.B/C"],
  ["/x/%2e%2e/a.B/C", "/a.B/C"],
  ["/./a.B/C", "/a.B/C"],
  ["//a.B/C", "//a.B/C"],
  ["/a.B/C;v=1", "/a.B/C;v=1"],
  ["/a.B/C/", "/a.B/C/"],
  ["/a.B/C/.", "/a.B/C/"],
  ["/a.B/C?x=/../d", "/a.B/C"],
  ["\\a.B\\C", "/a.B/C"],
];

describe("the path that a rule sees", () => {
  for (const [given, seen] of paths) {
    it(`is ${seen} for ${given}`, () => {
      assert.equal(normalizePath(given), seen);
    });
  }
});
