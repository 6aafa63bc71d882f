import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { acquirePlugin } from "../../local/engines/acquire";
import { catalog } from "../../local/engines/catalog";
import { pluginsHome } from "../../local/engines/folders";
import { missingPluginsMessage } from "../../local/engines/prepare";

const spec = catalog["pulumi-resource-random"];

describe("a plugin that Pulumi fetches", () => {
  let folder: string;
  let environment: Readonly<Record<string, string>>;
  const pulumi = (script: string): string => {
    const file = path.join(folder, "pulumi");
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  };
  const plugin = () => path.join(pluginsHome(environment), "plugins", `resource-random-v${spec.version}`);

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "agyn-acquire-"));
    environment = { PATH: "/bin:/usr/bin", HOME: folder, AGYN_ENGINES: path.join(folder, "engines") };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is of the pinned version, comes into the cache, and is found there", async () => {
    const wanted = `plugin install resource random ${spec.version} --exact --non-interactive`;
    const script = `[ "$*" = "${wanted}" ] || exit 1
to=$PULUMI_HOME/plugins/resource-random-v${spec.version}; mkdir -p "$to"
printf '#!/bin/sh\\n' > "$to/pulumi-resource-random"; chmod +x "$to/pulumi-resource-random"`;
    const answer = await acquirePlugin(spec, pulumi(script), environment);
    assert.ok("engine" in answer, JSON.stringify(answer));
    assert.equal(answer.engine.path, path.join(plugin(), "pulumi-resource-random"));
  });

  it("that it cannot fetch is told with the cause, not with the number of attempts, and leaves nothing", async () => {
    mkdirSync(plugin(), { recursive: true });
    const script = `echo "warning: Error downloading plugin: lookup get.pulumi.com: no such host" >&2
echo "error: failed all 5 attempts" >&2; exit 1`;
    const answer = await acquirePlugin(spec, pulumi(script), environment);
    assert.ok("refused" in answer);
    assert.match(answer.refused, /no such host$/);
    assert.equal(existsSync(plugin()), false);
    const message = missingPluginsMessage([{ spec, refused: answer.refused }]);
    assert.match(message, /pulumi-resource-random 4\.21\.2 {2}\(AGYN_PULUMI_RESOURCE_RANDOM=[^]*no such host/);
  });

  it("that is not where it has to be is no plugin", async () => {
    const answer = await acquirePlugin(spec, pulumi("exit 0"), environment);
    assert.deepEqual(answer, { refused: "pulumi-resource-random is not where Pulumi said it would be" });
  });
});
