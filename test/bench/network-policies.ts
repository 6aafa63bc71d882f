import { buildModel } from "../../access/model/model";
import { renderNetworkPolicies } from "../../access/render/network-policies";
import { networkPoliciesWith, optionsWithExtras } from "../access/options";
import { formatLine, summarize } from "./figures";
import { growModel } from "./mesh";

const rounds = 10;

/** Rendering the network policies: time and number of objects for the platform, and for ten and a hundred times it. */
export function benchNetworkPolicies(): Promise<string[]> {
  const model = buildModel({ ...optionsWithExtras(), networkPolicies: networkPoliciesWith() });
  const lines = [1, 10, 100].flatMap((factor) => {
    const grown = growModel(model, factor);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      renderNetworkPolicies(grown);
      times.push(performance.now() - started);
    }
    const policies = renderNetworkPolicies(grown);
    const title = `network policies, ${factor} times the workloads`;
    const kib = (JSON.stringify(policies).length / 1024).toFixed(0);
    return [formatLine(title, summarize(times), "ms"), `${"  objects".padEnd(44)} ${policies.length}, ${kib} KiB`];
  });
  return Promise.resolve(lines);
}
