import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** What a cluster may lack, so that cases which need it are skipped. */
export type Feature = "load balancer" | "volumes" | "network policies";

/** How a command ended, and everything it wrote. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** How kubectl is run for a cluster. */
export interface KubectlCommand {
  readonly program: string;
  /** What comes before the words of a command. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A cluster as cases use it: a node of their own, or one that is given. */
export abstract class CaseCluster {
  /** The name of a namespace that cases call `name`: on a given cluster it has the prefix of the run. */
  public namespace(name: string): string {
    return name;
  }

  /** Why the cluster lacks a feature; undefined when it has it. */
  public abstract lacks(feature: Feature): Promise<string | undefined>;

  protected abstract command(): KubectlCommand;

  /** Runs kubectl; `input` goes to its standard input. Throws with what it wrote when it fails. */
  public async kubectl(args: readonly string[], input = ""): Promise<string> {
    return succeeded(`kubectl ${args.join(" ")}`, await this.tryKubectl(args, input));
  }

  /** Gives objects to the API server. */
  public async submit(objects: readonly object[]): Promise<void> {
    await this.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  }

  /** An object as the API server has it. */
  public async read<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl(["get", ...args, "-o", "json"])) as T;
  }

  /** Runs a shell line in a pod. */
  public inPod(namespace: string, pod: string, line: string): Promise<Ended> {
    return this.tryKubectl(["exec", "--namespace", namespace, pod, "--", "sh", "-c", line]);
  }

  private tryKubectl(words: readonly string[], input = ""): Promise<Ended> {
    const { program, args, env } = this.command();
    return end(program, [...args, ...words], { env }, input);
  }
}

/** Asks until the answer holds, and returns it. Throws with the last answer after `seconds`. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  seconds = 90,
): Promise<T> {
  for (const limit = Date.now() + seconds * 1000; ; await sleep(500)) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > limit) throw new Error(`${what} not within ${seconds} s; last: ${JSON.stringify(answer)}`);
  }
}

/** What a command wrote. Throws with it when the command failed. */
export function succeeded(what: string, { code, output }: Ended): string {
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${output}`);
  return output;
}

/** Runs a command to its end. What it wrote to standard error is part of the output of one that failed. */
export function end(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv },
  input = "",
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { ...options, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      resolve({ code, output: `${stdout}${code === 0 ? "" : stderr}` });
    });
    child.stdin?.end(input);
  });
}
