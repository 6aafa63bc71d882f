import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { setImmediate } from "node:timers/promises";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { ContractApi, assertError } from "../support/contract-api";
import { startTestDouble, tlsFixtures, toContractTarget } from "../support/contract-double";

async function logIn(double: ControllerDouble): Promise<ContractApi> {
  const api = new ContractApi(toContractTarget(double), undefined);
  await api.logIn();
  return api;
}

const service = { name: "gateway", encryptionRequired: true };

describe("controller double, disturbed", () => {
  let double: ControllerDouble;
  let api: ContractApi;

  beforeEach(async () => {
    double = await startTestDouble();
    api = await logIn(double);
  });
  afterEach(() => double.close());

  it("answers a burst of 429 and then works", async () => {
    double.addFault({ respond: "RATE_LIMITED", times: 2 });
    for (let index = 0; index < 2; index += 1) assertError(await api.call("GET", "/services"), 429, "RATE_LIMITED");
    assert.equal((await api.call("GET", "/services")).status, 200);
  });

  it("strikes only the requests a fault fits", async () => {
    double.addFault({ method: "POST", collection: "services", respond: "TIMEOUT" });
    assert.equal((await api.call("GET", "/services")).status, 200);
    assertError(await api.call("POST", "/services", service), 503, "TIMEOUT");
    assert.deepEqual(await api.find("services", 'name = "gateway"'), []);
  });

  it("takes faults back that did not strike", async () => {
    double.addFault({ respond: "UNHANDLED" });
    double.clearFaults();
    assert.equal((await api.call("GET", "/services")).status, 200);
  });

  it("cuts the connection after a create took effect", async () => {
    double.addFault({ method: "POST", cut: "after" });
    await assert.rejects(api.call("POST", "/services", service));
    assert.equal((await api.find("services", 'name = "gateway"')).length, 1);
  });

  it("cuts the connection before a create takes effect", async () => {
    double.addFault({ method: "POST", cut: "before" });
    await assert.rejects(api.call("POST", "/services", service));
    assert.deepEqual(await api.find("services", 'name = "gateway"'), []);
  });

  it("holds a delayed request back while others are answered", async () => {
    double.addFault({ method: "POST", delayMilliseconds: 100 });
    const order: string[] = [];
    const delayed = api.call("POST", "/services", service).then(() => order.push("POST"));
    await api.call("GET", "/version").then(() => order.push("GET"));
    await delayed;
    assert.deepEqual(order, ["GET", "POST"]);
  });

  it("forgets a delayed answer when it closes, so that the process can end", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    await setImmediate(); // by then Mocha's own timer runs
    const before = timers();
    double.addFault({ method: "POST", delayMilliseconds: 60_000 });
    const lost = assert.rejects(api.call("POST", "/services", service));
    while (timers() === before) await setImmediate();
    await double.close();
    await lost;
    assert.equal(timers(), before);
  });

  it("ends every session on request", async () => {
    double.expireSessions();
    assertError(await api.call("GET", "/services"), 401, "UNAUTHORIZED");
    await api.logIn();
    assert.equal((await api.call("GET", "/services")).status, 200);
  });

  it("records requests with their bodies and answers", async () => {
    await api.call("POST", "/services", service);
    const last = double.requests.at(-1);
    assert.deepEqual(last, { method: "POST", path: "/services", query: "", body: service, status: 201 });
  });

  it("hides the token of a router that has enrolled", async () => {
    const id = await api.create("edge-routers", { name: "router" });
    double.verifyRouter(id);
    const shown = await api.read("edge-routers", id);
    assert.deepEqual([shown.isVerified, shown.isOnline], [true, true]);
    assert.deepEqual([shown.enrollmentJwt, shown.enrollmentToken, shown.enrollmentExpiresAt], [null, null, null]);
    assert.deepEqual(await api.find("enrollments", `edgeRouter = "${id}"`), []);
    await api.call("POST", `/edge-routers/${id}/re-enroll`);
    assert.equal((await api.read("edge-routers", id)).isVerified, false);
  });
});

describe("controller double with a client certificate", () => {
  function logInByCertificate(url: string, withCertificate: boolean): Promise<number> {
    const credentials = withCertificate ? tlsFixtures.client : {};
    const options = { method: "POST", ca: tlsFixtures.ca, agent: false as const, ...credentials };
    return new Promise((resolve, reject) => {
      const request = https.request(`${url}/edge/management/v1/authenticate?method=cert`, options, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      });
      request.on("error", reject).end("{}");
    });
  }

  it("lets in the certificate it was told of, and no caller without one", async () => {
    const { fingerprint } = new X509Certificate(tlsFixtures.client.cert);
    const double = await startTestDouble({ clientCertificates: [fingerprint] });
    try {
      assert.equal(await logInByCertificate(double.url, true), 200);
      assert.equal(await logInByCertificate(double.url, false), 401);
    } finally {
      await double.close();
    }
  });

  it("refuses a certificate it was not told of", async () => {
    const double = await startTestDouble();
    try {
      assert.equal(await logInByCertificate(double.url, true), 401);
    } finally {
      await double.close();
    }
  });
});

describe("controller double with a state file", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "agyn-controller-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("keeps its objects over a restart, and no password in clear", async () => {
    const stateFile = path.join(folder, "state.json");
    const first = await startTestDouble({ stateFile });
    const id = await (await logIn(first)).create("services", service);
    await first.close();
    const second = await startTestDouble({ stateFile });
    try {
      assert.equal((await (await logIn(second)).read("services", id)).name, "gateway");
      assert.ok(existsSync(stateFile));
      assert.ok(!readFileSync(stateFile, "utf8").includes(toContractTarget(second).password));
    } finally {
      await second.close();
    }
  });

  it("takes the password it is started with, whatever the state file says", async () => {
    const stateFile = path.join(folder, "state.json");
    await (await startTestDouble({ stateFile, password: "an old password" })).close();
    const second = await startTestDouble({ stateFile });
    try {
      await logIn(second);
    } finally {
      await second.close();
    }
  });
});
