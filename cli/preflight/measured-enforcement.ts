import { judgeEnforcement, type Enforcement } from "../../access/answers/enforcement";
import { proberPodName } from "../../access/render/enforcement-probe";
import type { Settings } from "../../config/settings";
import type { ApiServer } from "../../kubernetes/api-server";
import type { Named, Reading } from "../../kubernetes/reading";

interface ProberPod extends Named {
  readonly status?: {
    readonly containerStatuses?: readonly {
      readonly state?: { readonly terminated?: { readonly message?: string } };
    }[];
  };
}

/** What the probe's pod measured. Undefined: nothing asks for the probe, or it has not run yet. */
export async function readMeasured(
  api: ApiServer,
  { networkPolicies: { probe }, namespaces }: Settings,
): Promise<Reading<Enforcement | undefined>> {
  if (!probe) return { value: undefined };
  const namespace = namespaces.workloads;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${proberPodName}`;
  const reading = await api.get<ProberPod>(path, { verb: "get", resource: `pods/${proberPodName}`, namespace });
  if (!("value" in reading)) return reading;
  const { value: pod } = reading;
  return { value: pod && judgeEnforcement(pod.status?.containerStatuses?.[0]?.state?.terminated?.message) };
}
