import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { rpcTable } from "../../generated/rpcs";
import { rpcs, shortName, tryFindRpc } from "../../access/platform/rpcs";
import { rpcGenerator } from "../../scripts/generate-rpcs";
import { projectRoot } from "../support/project-root";
import { overlayMembers, serviceNames, services } from "../../access/platform/services";

const survey = path.join(projectRoot, "../shared/reference/agyn-services.json");

interface Survey {
  services: {
    name: string;
    serviceAccount: string;
    port: number | null;
    datastores: { type: string }[];
    grpcServices: {
      name: string;
      methods: { name: string; exposure: string; internalCallers: { caller: string; status: string }[] }[];
    }[];
    egress: { kind: string }[];
  }[];
}

function readSurvey(): Survey {
  return JSON.parse(fs.readFileSync(survey, "utf8")) as Survey;
}

describe("the RPC table", () => {
  it("has the platform's 27 proto services, 369 RPCs and 39 workloads", () => {
    assert.deepEqual([rpcTable.length, rpcs.length, services.length], [27, 369, 39]);
  });

  it("exposes 264 RPCs to users and keeps 105 internal", () => {
    const user = rpcs.filter(({ exposure }) => exposure === "user");
    assert.deepEqual([user.length, rpcs.length - user.length], [264, 105]);
  });

  it("holds each path and each short name once", () => {
    assert.equal(new Set(rpcs.map(({ path }) => path)).size, rpcs.length);
    assert.equal(new Set(rpcs.map((rpc) => shortName(rpc).toLowerCase())).size, rpcs.length);
  });

  it("is what the generator makes of the committed data", async () => {
    for (const [file, content] of await rpcGenerator.files())
      assert.equal(fs.readFileSync(path.join(projectRoot, file), "utf8"), content);
  });

  it("agrees with the survey of the platform", function () {
    if (!fs.existsSync(survey)) this.skip();
    const expected = readSurvey().services.flatMap(({ name, grpcServices }) =>
      grpcServices.flatMap((proto) =>
        proto.methods.map(({ name: method, exposure, internalCallers }) => {
          const callers = internalCallers.map(({ caller, status }) => ({ service: caller, status }));
          return { path: `/${proto.name}/${method}`, service: name, exposure, callers };
        }),
      ),
    );
    const actual = rpcs.map(({ path, service, exposure, callers }) => ({ path, service, exposure, callers }));
    assert.deepEqual(actual, expected);
  });
});

describe("the service table", () => {
  it("agrees with the survey of the platform", function () {
    if (!fs.existsSync(survey)) this.skip();
    const { services: surveyed } = readSurvey();
    assert.deepEqual(
      surveyed.map(({ name }) => name),
      serviceNames,
    );
    const kinds: Record<string, string> = { redis: "notifications-redis", "s3/minio": "minio" };
    for (const { name, serviceAccount, port, datastores } of surveyed) {
      const service = services.find((candidate) => candidate.name === name);
      assert.equal(service?.serviceAccount, serviceAccount);
      assert.equal(
        port === null || service?.ports.some((served) => served.port === port),
        true,
        `${name} serves ${port}`,
      );
      const stores = datastores.map(({ type }) => kinds[type] ?? type);
      assert.deepEqual(service?.stores, stores, name);
    }
  });

  it("names the overlay's members as the survey does", function () {
    if (!fs.existsSync(survey)) this.skip();
    const members = readSurvey().services.filter(({ egress }) => egress.some(({ kind }) => kind.includes("overlay")));
    assert.deepEqual([...overlayMembers].sort(), members.map(({ name }) => name).sort());
  });
});

describe("an RPC's name", () => {
  const path = "/agynio.api.runners.v1.RunnersService/CreateWorkload";

  for (const text of [path, "runners.CreateWorkload", "Runners.CreateWorkload", "runners.createworkload"]) {
    it(`may be written ${text}`, () => {
      assert.equal(tryFindRpc(text)?.path, path);
    });
  }

  for (const text of ["CreateWorkload", "runners.CreateWorkloads", path.toLowerCase(), ""]) {
    it(`may not be written "${text}"`, () => {
      assert.equal(tryFindRpc(text), undefined);
    });
  }
});
