import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { listControllerObjects } from "../../../local/stack/inventory";
import { descendantsOf } from "../support/descendants";
import { endOf, hasEngines, hasRealEngines, LocalPlatform, until } from "../support/local-platform";

interface Case {
  readonly kind: string;
  readonly flags: readonly string[];
  readonly needs: () => Promise<boolean>;
}

interface Victim {
  readonly provider: string;
  /** What the process's command line holds. */
  readonly command: RegExp;
  /** Its objects in the checkpoint, and how many of them there are when it dies: more are to come. */
  readonly objects: RegExp;
  readonly begun: number;
}

const cases: readonly Case[] = [
  { kind: "doubles", flags: ["--simulated"], needs: hasEngines },
  { kind: "real engines", flags: [], needs: hasRealEngines },
];

const victims: readonly Victim[] = [
  { provider: "OpenZiti provider", command: /pulumi-resource-openziti/, objects: /\$openziti:[^:]*:\w+::/g, begun: 1 },
  {
    provider: "Kubernetes plugin",
    command: /pulumi-resource-kubernetes|doubles\/kubernetes\/main/,
    objects: /\$kubernetes:[^:]*:\w+::/g,
    begun: 8,
  },
];

for (const { kind, flags, needs } of cases) {
  describe(`a provider that dies in the middle of up, with ${kind}`, function () {
    before("needs the engines", async function () {
      if (process.platform !== "linux" || !(await needs())) this.skip();
    });

    for (const victim of victims) {
      describe(victim.provider, () => {
        const local = new LocalPlatform();
        after(() => local.remove());

        it("fails the run", async () => {
          const running = local.start("up", ...flags);
          const ended = endOf(running);
          await until("objects in the checkpoint", () => hasBegun(local, victim) || running.exitCode !== null);
          const found = descendantsOf(running.pid ?? 0).filter(({ command }) => victim.command.test(command));
          for (const { pid } of found) process.kill(pid, "SIGKILL");
          const { code, output } = await ended;
          assert.ok(found.length > 0, "no process to kill was found");
          assert.equal(code, 1, output);
        });

        it("leaves nothing that the next up does not finish, once each", async () => {
          await local.succeed("up", ...flags);
          assert.match(await local.succeed("preview", "--refresh", ...flags), /preview: 0 changed/);
          const objects = await listControllerObjects((await local.load()).controller);
          assert.equal(new Set(objects).size, objects.length);
        });
      });
    }
  });
}

function hasBegun({ folders }: LocalPlatform, { objects, begun }: Victim): boolean {
  const checkpoint = path.join(folders.backend, ".pulumi", "stacks", "agyn-networking", "dev.json");
  return existsSync(checkpoint) && (readFileSync(checkpoint, "utf8").match(objects)?.length ?? 0) >= begun;
}
