import { Config, type CustomResourceOptions, getStack } from "@pulumi/pulumi";
import type { Stack, UpOptions } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import * as openziti from "../../../openziti/resources";
import { ContractApi, type Json } from "../../support/contract-api";
import { documentedCommands, wordsOf } from "../support/documented";
import type { PulumiSandbox } from "../support/pulumi-sandbox";
import type { Restartable } from "./controllers";

/** What a program declares beside its provider. */
export type Declared = (opts: CustomResourceOptions) => void;

const project = "operations";

/** Stacks of programs that change, and the commands that docs/overlay.md gives for what an operator does with them. */
export class Operations {
  /** What the program of each stack declares now. */
  readonly declared: Record<string, Declared> = {};
  private readonly names = new Set<string>();

  private constructor(
    private readonly sandbox: PulumiSandbox,
    private readonly controller: Restartable,
    /** The administrator who works without Pulumi. */
    readonly api: ContractApi,
  ) {}

  static async start(sandbox: PulumiSandbox, controller: Restartable): Promise<Operations> {
    const api = new ContractApi(controller, undefined);
    await api.logIn();
    return new Operations(sandbox, controller, api);
  }

  /** The stack of this name, whose program declares what `declared` has at the time. */
  open(name: string): Promise<Stack> {
    this.names.add(name);
    return this.sandbox.open(project, name, () => {
      const { url, ca, username, password } = this.controller;
      const adopt = new Config().getObject<{ adopt?: boolean }>("controller")?.adopt ?? false;
      const args = { url, ca, username, password, adopt, stack: getStack() };
      this.declared[name]?.({ provider: new openziti.Provider("controller", args) });
      return Promise.resolve();
    });
  }

  /** Brings a stack to what is declared. */
  async up(name: string, declared: Declared): Promise<Stack> {
    this.declared[name] = declared;
    const stack = await this.open(name);
    await stack.up();
    return stack;
  }

  /**
   * Runs the commands of a row of docs/overlay.md as they stand there, with the values of its placeholders. What runs the
   * program goes through the Automation API, with the same options: so no language plugin is needed.
   */
  async follow(row: string, name: string, values: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const command of documentedCommands(row)) {
      const words = wordsOf(command, values);
      const [verb, ...options] = words;
      const stack = await this.open(values["new"] ?? name);
      if (verb === "up") await stack.up(toUpOptions(options));
      else if (verb === "preview") await stack.preview({ diff: true });
      else await this.run(name, words);
    }
  }

  /** The one object of this name. */
  async the(collection: string, name: string): Promise<Json> {
    const [found, ...more] = await this.api.find(collection, `name="${name}"`);
    assert.ok(found && more.length === 0, `${collection} has one ${name}`);
    return found;
  }

  /** The URN of a resource of a stack; `Overlay$Service` is a service below the component. */
  urnOf(stack: string, type: string, name: string): string {
    const tokens: Readonly<Record<string, string>> = {
      Provider: "pulumi:providers:openziti",
      Overlay: "test:index:Overlay",
    };
    const chain = type.split("$").map((each) => tokens[each] ?? `openziti:index:${each}`);
    return `urn:pulumi:${stack}::${project}::${chain.join("$")}::${name}`;
  }

  /** Destroys every stack, and what the administrator made. */
  async cleanUp(): Promise<void> {
    for (const name of this.names) await (await this.open(name)).destroy();
    await this.api.cleanUp();
  }

  private async run(name: string, words: readonly string[]): Promise<void> {
    const isMove = words[1] === "move";
    const common = [...(isMove ? [] : ["--stack", name]), ...(words[0] === "config" ? [] : ["--yes"])];
    const { code, output } = await this.sandbox.run(project, name, ...words, ...common, "--non-interactive");
    assert.equal(code, 0, output);
  }
}

function toUpOptions([option, value = ""]: readonly string[]): UpOptions {
  const known: Readonly<Record<string, UpOptions>> = {
    "--replace": { replace: [value] },
    "--refresh": { refresh: true },
  };
  if (option === undefined) return {};
  assert.ok(known[option], `the tests do not know pulumi up ${option}`);
  return known[option];
}
