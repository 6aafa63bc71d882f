import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { catalog } from "../../../local/engines/catalog";
import type { ChartFolder } from "../../../local/engines/charts";
import { tryFindEngine } from "../../../local/engines/find";

/** What Helm is told about a release. */
export interface ReleaseInputs {
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What Helm made of a release: its text, or why it refused. */
export type HelmResult = { readonly text: string } | { readonly refusal: string };

// The newest Kubernetes that the engines of the live tests have; charts ask for it.
const kubernetesVersion = "1.34.0";

/** `helm template`, which renders a chart without a cluster. */
export class Helm {
  private readonly rendered = new Map<string, Promise<HelmResult>>();

  private constructor(private readonly binary: string) {}

  /** Undefined where Helm is not found. */
  static async tryFind(): Promise<Helm | undefined> {
    const found = await tryFindEngine(catalog.helm, process.env, () => undefined);
    return found && new Helm(found.path);
  }

  /** Renders a release; one that was rendered before is not rendered again. */
  render(chart: ChartFolder, release: ReleaseInputs): Promise<HelmResult> {
    const key = JSON.stringify([chart.folder, release.name, release.namespace, release.values]);
    const known = this.rendered.get(key);
    if (known !== undefined) return known;
    const result = this.renderAnew(chart, release);
    this.rendered.set(key, result);
    return result;
  }

  /** Renders a release, whether or not it was rendered before. */
  renderAnew({ folder }: ChartFolder, { name, namespace, values }: ReleaseInputs): Promise<HelmResult> {
    const args = ["template", name, folder, "--namespace", namespace, "--kube-version", kubernetesVersion];
    const running = promisify(execFile)(this.binary, [...args, "--values", "-"], { maxBuffer: 64 * 1024 * 1024 });
    running.child.stdin?.end(JSON.stringify(values));
    return running.then(
      ({ stdout }) => ({ text: stdout }),
      (error: { readonly code: unknown; readonly stderr: string }) => {
        // Without an exit code Helm has not answered at all.
        if (typeof error.code !== "number") throw error;
        return { refusal: error.stderr };
      },
    );
  }
}
