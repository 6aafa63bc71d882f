import assert from "node:assert/strict";
import { Administrator, type Controller, controllerOverHttps } from "../../cli/rotate/administrator";
import { type AdminCredential, createPassword, isSame } from "../../cli/rotate/credential";
import type { Journal } from "../../cli/rotate/journal";
import { rotate, type RotationOptions, type RotationStack } from "../../cli/rotate/rotation";
import type { StackConnection } from "../../cli/rotate/stack-connection";
import type { Cluster } from "../../openziti/client/transport";
import type { ContractTarget } from "./contract-api";

/** The process that rotated was ended. */
export class Killed extends Error {}

/** Steps that change what the controller accepts, or what is in use. */
const changing: ReadonlySet<string> = new Set(["createIdentity", "attachPassword", "enroll", "remove", "up"]);

let counter = 0;

/**
 * One stack that rotates against a controller. It remembers what a stack keeps over a crash: configuration, journal and
 * what the last `up` applied. The credential in use is tried whenever that could have become invalid.
 */
export class RotationScene implements RotationStack {
  readonly said: string[] = [];
  readonly name = `scene-${process.pid}-${++counter}`;
  config: Partial<Record<string, string>> = {};
  journal?: string;
  private steps = 0;
  private lastStep?: number;

  private constructor(
    readonly cluster: Cluster,
    public applied: AdminCredential,
  ) {}

  /** A stack whose credential is that of an administrator somebody made by hand. */
  static async start({ url, ca, ...admin }: ContractTarget): Promise<RotationScene> {
    const cluster = { urls: [url], ca };
    const founder = await controllerOverHttps.tryLogIn(cluster, { kind: "password", ...admin });
    assert.ok(founder);
    const scene = new RotationScene(cluster, createPassword(`operator-${process.pid}-${counter + 1}`));
    const { username, password } = scene.applied as { username: string; password: string };
    const id = await founder.createIdentity(username, {}, false);
    await founder.attachPassword(id, username, password);
    await founder.close();
    return scene;
  }

  /** Rotates; the process ends once `lastStep` took effect (0: before anything did). Returns the number of steps. */
  async rotate(kind?: AdminCredential["kind"], lastStep?: number): Promise<number> {
    this.steps = 0;
    this.lastStep = lastStep;
    if (lastStep === 0) throw new Killed();
    const options: RotationOptions = {
      kind,
      createName: () => `${this.name}-${Date.now()}-${++counter}`,
      say: (line) => this.said.push(line),
    };
    await rotate(this, this.interrupted(controllerOverHttps), options);
    return this.steps;
  }

  /** Whether the controller lets a credential in. */
  async logsIn(credential: AdminCredential): Promise<boolean> {
    const session = await controllerOverHttps.tryLogIn(this.cluster, credential);
    await session?.close();
    return session !== undefined;
  }

  /** Names of the identities that rotations of this stack made. */
  async made(): Promise<readonly string[]> {
    const session = await controllerOverHttps.tryLogIn(this.cluster, this.applied);
    assert.ok(session);
    const { name, isOurs } = await session.whoAmI({ "agyn-rotation": this.name });
    const others = await session.tryFind(name);
    await session.close();
    return isOurs && others ? [name] : [];
  }

  connection(): Promise<StackConnection> {
    const { cluster, applied, name } = this;
    return this.step(() => ({ cluster, credential: applied, stack: name }));
  }

  tryReadJournal(): Promise<Journal | undefined> {
    return this.step(() => (this.journal === undefined ? undefined : (JSON.parse(this.journal) as Journal)));
  }

  writeJournal(journal: Journal): Promise<void> {
    return this.step(() => void (this.journal = JSON.stringify(journal)));
  }

  removeJournal(): Promise<void> {
    return this.step(() => void (this.journal = undefined));
  }

  // One value at a time, as `pulumi config set` does: a crash leaves half of a pair.
  async configure(credential: AdminCredential): Promise<void> {
    const given = credential as Partial<Record<string, string>>;
    for (const path of ["cert", "key", "username", "password"]) {
      await this.step(() => void (this.config = { ...this.config, [path]: given[path] }));
    }
  }

  up(): Promise<void> {
    return this.step(() => void (this.applied = this.configured()), "up");
  }

  /** The complete credential of the configuration. */
  configured(): AdminCredential {
    const { cert, key, username, password } = this.config;
    const isCertificate = cert !== undefined && key !== undefined;
    assert.notEqual(isCertificate, username !== undefined && password !== undefined, "the configuration has one pair");
    return isCertificate
      ? { kind: "certificate", cert, key }
      : { kind: "password", username: username!, password: password! };
  }

  private interrupted(controller: Controller): Controller {
    const wrap = (administrator: Administrator) =>
      new Proxy(administrator, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== "function") return member;
          const call = member.bind(target) as (...args: unknown[]) => unknown;
          return name === "close" ? call : (...args: unknown[]) => this.step(() => call(...args), String(name));
        },
      });
    return {
      tryLogIn: async (cluster, credential) => {
        const session = await this.step(() => controller.tryLogIn(cluster, credential));
        return session && wrap(session);
      },
      enroll: (cluster, token, request) => this.step(() => controller.enroll(cluster, token, request), "enroll"),
    };
  }

  private async step<T>(action: () => T | Promise<T>, name = ""): Promise<T> {
    this.steps += 1;
    const result = await action();
    if (changing.has(name)) assert.ok(await this.logsIn(this.applied), `the credential in use is valid after ${name}`);
    if (this.steps === this.lastStep) throw new Killed();
    return result;
  }
}

/** Asserts that a rotation is over: the new credential is everywhere, the old one nowhere. */
export async function assertRotated(scene: RotationScene, old: AdminCredential): Promise<void> {
  assert.equal(scene.journal, undefined);
  assert.ok(isSame(scene.configured(), scene.applied));
  assert.ok(!isSame(scene.applied, old));
  assert.equal(await scene.logsIn(scene.applied), true);
  assert.equal(await scene.logsIn(old), false);
}
