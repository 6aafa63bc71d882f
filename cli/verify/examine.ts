import type { Model } from "../../access/model/model";
import type { Settings } from "../../config/settings";
import { examineMesh } from "../preflight/examine";
import { toUnknown } from "../preflight/facts";
import { findingsOf } from "../preflight/finding";
import { examineCertificates } from "./checks/certificates";
import { examineBackends, examineExposure } from "./checks/exposure";
import { examinePolicies, examineStrict } from "./checks/mesh";
import { examineOverlay } from "./checks/overlay";
import { examinePods } from "./checks/pods";
import { examinePackets } from "./checks/packets";
import { examineHandshakes, examineNames } from "./checks/reachability";
import { examineRouters, examineTerminators } from "./checks/routers";
import { examineRoutes } from "./checks/routes";
import { renderAll } from "../../access/render/render-all";
import type { VerifyFacts } from "./facts";
import type { Finding } from "./finding";
import { tryFindEntry } from "./messages";

/** Everything to say about an installation. Pure. */
export function examineInstallation(facts: VerifyFacts, model: Model, settings: Settings): Finding[] {
  const cluster = examineMesh(facts.cluster, model, settings);
  // Without a server nothing else was read: one reason instead of a page of them.
  if ("reason" in facts.cluster.version) return cluster;
  const expected = renderAll(model).manifests;
  return [
    ...cluster,
    ...examinePods(facts),
    ...examineStrict(facts, expected, model),
    ...examinePolicies(facts, expected, model),
    ...examinePackets(facts, expected, settings),
    ...examineRoutes(facts, expected, model),
    ...examineCertificates(facts, expected, model),
    ...examineHandshakes(facts, model),
    ...examineNames(facts, model),
    ...examineExposure(facts, model),
    ...examineBackends(facts, model),
    ...examineController(facts, model),
  ];
}

function examineController({ overlay }: VerifyFacts, model: Model): Finding[] {
  if ("value" in overlay) {
    const { value } = overlay;
    return [...examineOverlay(value, model), ...examineRouters(value, model), ...examineTerminators(value, model)];
  }
  if ("lacks" in overlay) return [toUnknown("overlay", "OpenZiti controller", overlay)];
  const { unknown, fail } = findingsOf("overlay");
  const known = tryFindEntry(overlay.reason);
  if (known?.id === "invalid-auth") return [fail("OpenZiti controller", overlay.reason, known.fix)];
  const fix = "Run it where the controller can be reached (controller.reach), or once it answers.";
  return [unknown("OpenZiti controller", overlay.reason, fix)];
}
