import type { Change } from "../client/port-forward/api-server";
import { RefusedError } from "../engine/errors";
import { mergeCorefile, ownLines, trimmedLines, withoutOwnLines } from "./corefile";
import { type ClusterDnsMode, type ConfigMap, findPlace, type Place } from "./place";

/** What is needed of an API server. */
export interface ConfigMaps {
  tryGet<T>(path: string, signal: AbortSignal): Promise<T | undefined>;
  change(change: Change, signal: AbortSignal): Promise<boolean>;
}

/** Where our lines are. */
interface Placed {
  readonly place: Place;
  /** The ConfigMap was not there before. */
  readonly created: boolean;
}

const configMaps = "/api/v1/namespaces/kube-system/configmaps";
const fieldManager = "agyn-networking";
const ownKey = "agyn-networking.override";
const attempts = 5;

const pathOf = (name: string) => `${configMaps}/${name}`;

/** Our lines in the cluster's CoreDNS, beside what others wrote for it. */
export class ClusterDns {
  constructor(
    private readonly api: ConfigMaps,
    private readonly signal: AbortSignal,
  ) {}

  /** Where the lines would go. Changes nothing. Throws `RefusedError`, with the lines, where they cannot. */
  async find(mode: ClusterDnsMode, lines: readonly string[]): Promise<Place> {
    const coredns = mode === "coredns-custom" ? undefined : await this.read("coredns");
    const found = findPlace(mode, coredns, lines);
    if ("place" in found) return found.place;
    throw refusal(found.refused, lines);
  }

  /** Puts the lines where they belong, in place of those of an earlier run. Throws `RefusedError` where it cannot. */
  async apply(mode: ClusterDnsMode, lines: readonly string[]): Promise<Placed> {
    const place = await this.find(mode, lines);
    if (place === "coredns-custom") return { place, created: await this.applyOwnKey(lines) };
    await this.rewriteCorefile((corefile) => {
      const merge = mergeCorefile(corefile, lines);
      if ("corefile" in merge) return merge.corefile;
      throw refusal(`the Corefile in ConfigMap kube-system/coredns cannot be changed: ${merge.refused}`, lines);
    });
    return { place, created: false };
  }

  /** The lines that are there now. */
  async present(place: Place): Promise<readonly string[]> {
    if (place === "corefile") return ownLines((await this.read("coredns"))?.data?.["Corefile"] ?? "");
    return trimmedLines((await this.read("coredns-custom"))?.data?.[ownKey] ?? "");
  }

  /** Takes our lines away, and nothing else; the ConfigMap too where it was made for them and holds nothing more. */
  async remove({ place, created }: Placed): Promise<void> {
    if (place === "corefile") return this.rewriteCorefile(withoutOwnLines);
    const custom = await this.read("coredns-custom");
    if (custom === undefined) return;
    const others = Object.keys(custom.data ?? {}).filter((key) => key !== ownKey);
    const path = pathOf("coredns-custom");
    const { resourceVersion } = custom.metadata;
    if (created && others.length === 0) {
      const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { resourceVersion } };
      if (await this.api.change({ method: "DELETE", path, type: "application/json", body }, this.signal)) return;
    }
    await this.api.change(merged(path, { data: { [ownKey]: null } }), this.signal);
  }

  // An apply makes the ConfigMap where there is none (k3s comes without it), and owns our key beside whoever wrote it.
  private async applyOwnKey(lines: readonly string[]): Promise<boolean> {
    const before = await this.read("coredns-custom");
    const metadata = { name: "coredns-custom", namespace: "kube-system" };
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [ownKey]: `${lines.join("\n")}\n` } };
    const path = `${pathOf("coredns-custom")}?fieldManager=${fieldManager}&force=true`;
    await this.api.change({ method: "PATCH", path, type: "application/apply-patch+yaml", body }, this.signal);
    return before === undefined;
  }

  // The Corefile is one value: what others change meanwhile must not be lost.
  private async rewriteCorefile(rewrite: (corefile: string) => string): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const coredns = await this.read("coredns");
      const corefile = coredns?.data?.["Corefile"];
      if (coredns === undefined || corefile === undefined) return;
      const next = rewrite(corefile);
      if (next === corefile) return;
      const { resourceVersion } = coredns.metadata;
      const change = merged(pathOf("coredns"), { metadata: { resourceVersion }, data: { Corefile: next } });
      if (await this.api.change(change, this.signal)) return;
    }
    throw new RefusedError(
      `ConfigMap kube-system/coredns was changed by others ${attempts} times in a row. Run it again.`,
    );
  }

  private read(name: string): Promise<ConfigMap | undefined> {
    return this.api.tryGet<ConfigMap>(pathOf(name), this.signal);
  }
}

function merged(path: string, body: object): Change {
  return {
    method: "PATCH",
    path: `${path}?fieldManager=${fieldManager}`,
    type: "application/merge-patch+json",
    body,
  };
}

function refusal(reason: string, lines: readonly string[]): RefusedError {
  return new RefusedError(
    `The cluster's DNS does not get the public names: ${reason}. Nothing was changed. Add these lines to the cluster's DNS ` +
      `yourself, then run "pulumi config set --path agyn-networking:overlay.clusterDns external":\n` +
      lines.map((line) => `    ${line}`).join("\n"),
  );
}
