import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openApiPath, renderedKinds, renderSchemaTable, toSchemaTable } from "../../scripts/kubernetes-schemas";
import { projectRoot } from "../support/project-root";
import { ApiServer } from "./ingress/api-server";
import { traefikModule } from "./ingress/module-definitions";

const file = "kubernetes-schemas.json";

type Schemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

describe("the schemas of the preview", () => {
  let server: ApiServer | undefined;

  before("etcd or kube-apiserver not found", async function () {
    server = await ApiServer.tryStart();
    if (server === undefined) this.skip();
  });
  after(() => server?.stop());

  // The API server describes a definition a moment after it serves it.
  const described = async (apiVersion: string, kinds: readonly string[]): Promise<Schemas> => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const document = await server!.api.tryGet<{ components: { schemas: Schemas } }>(openApiPath(apiVersion));
      const schemas = document?.components.schemas ?? {};
      const names = Object.keys(schemas);
      if (kinds.every((kind) => names.some((name) => name.endsWith(`.${kind}`)))) return schemas;
      await sleep(200);
    }
    throw new Error(`the API server does not describe ${kinds.join(", ")} of ${apiVersion}`);
  };

  it("are those that a real API server publishes for every rendered kind", async () => {
    const pairs = renderedKinds.map((key) => key.split(" ") as [string, string]);
    const versions = [...new Set(pairs.map(([apiVersion]) => apiVersion))];
    const all = await Promise.all(
      versions.map((version) =>
        described(
          version,
          pairs.filter(([apiVersion]) => apiVersion === version).map(([, kind]) => kind),
        ),
      ),
    );
    const { gitVersion } = (await server!.api.tryGet<{ gitVersion: string }>("/version"))!;
    const crds = readFileSync(path.join(projectRoot, "local/go/crds/go.mod"), "utf8").matchAll(/^\t(\S+) v(\S+)$/gm);
    const modules = [...crds].map(([, module, version]) => `${module} ${version}`);
    const source = [`kubernetes ${gitVersion.slice(1)}`, ...modules, traefikModule.replace("@v", " ")].join("; ");
    const current = renderSchemaTable(toSchemaTable(source, Object.assign({}, ...all) as Schemas));

    mkdirSync(path.join(projectRoot, ".test-output"), { recursive: true });
    writeFileSync(path.join(projectRoot, ".test-output", file), current);
    const committed = readFileSync(path.join(projectRoot, "generated", file), "utf8");
    assert.ok(committed === current, `generated/${file} is not current: copy .test-output/${file} there`);
  });
});
