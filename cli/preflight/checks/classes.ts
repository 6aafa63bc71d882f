import type { Model } from "../../../access/model/model";
import { toUnknown } from "../facts";
import { findingsOf, type PublicFinding } from "../finding";
import type { PublicFacts } from "../public-facts";
import { isAtLeast, tryFindVersion } from "../version";
import { describeCondition, thereAre } from "./issuer";

const { pass, fail, warn, unknown } = findingsOf("ingress");

/** From here on TLSRoute is in the standard channel of the Gateway API, as `v1`. */
const oldestGatewayApi = "1.5";

/** The class of the settings exists, and the definitions behind it are new enough for what is made of them. */
export function examineClasses(facts: PublicFacts, model: Model): PublicFinding[] {
  const { provider } = model.options.ingress;
  if (provider === "ingress") return [examineClass(facts, model, "IngressClass")];
  if (provider !== "gateway-api") return [];
  const definitions = examineDefinitions(facts, model);
  // Without the definitions there is no class either: one reason is enough.
  return definitions.verdict === "fail" ? [definitions] : [definitions, examineClass(facts, model, "GatewayClass")];
}

function examineClass({ classes }: PublicFacts, { options }: Model, kind: string): PublicFinding {
  const { className = "", controller } = options.ingress;
  const subject = `${kind} ${className}`;
  if (!("value" in classes)) return toUnknown("ingress", subject, classes);
  const found = classes.value.find(({ metadata }) => metadata.name === className);
  if (found === undefined && controller.kind === "istio" && options.mesh.manage) {
    return warn(
      subject,
      "does not exist yet",
      "Nothing before the first run: istiod makes it once `pulumi up` installed it.",
    );
  }
  if (found === undefined) {
    const names = thereAre(classes.value.map(({ metadata }) => metadata.name));
    const fix =
      "Install its controller, or name one that is there: pulumi config set --path 'agyn-networking:ingress.className' <name>";
    return fail(subject, `does not exist (${names}): nothing would serve the public hosts`, fix);
  }
  if (kind === "IngressClass") return pass(subject, "exists");
  const accepted = (found.status?.conditions ?? []).find(({ type }) => type === "Accepted");
  if (accepted?.status === "True") return pass(subject, "accepted by its controller");
  const fix = `Look at its controller: kubectl describe gatewayclass ${className}`;
  if (accepted?.status !== "False") return unknown(subject, "no controller has accepted it, or refused it", fix);
  return fail(subject, `its controller refuses it: ${describeCondition(accepted)}`, fix);
}

function examineDefinitions({ gatewayApi, bundle }: PublicFacts, { options }: Model): PublicFinding {
  const subject = "definitions of the Gateway API";
  const fix = `Install the standard channel of the Gateway API, ${oldestGatewayApi} or newer.`;
  if (!("value" in gatewayApi)) return toUnknown("ingress", subject, gatewayApi);
  const missing = ["gateways", "httproutes"].filter((plural) => !gatewayApi.value.includes(plural));
  if (missing.length > 0) return fail(subject, `${missing.join(", ")} are not served in v1`, fix);
  const text = "value" in bundle ? bundle.value : undefined;
  const version = text === undefined ? undefined : tryFindVersion(text);
  const isOld = version !== undefined && !isAtLeast(version, oldestGatewayApi);
  const found = text ?? "a version that they do not tell";
  if (!options.controller.manage) return pass(subject, `served, ${found}`);
  if (!isOld && gatewayApi.value.includes("tlsroutes")) return pass(subject, `served with tlsroutes, ${found}`);
  const cause = `${found}, at least ${oldestGatewayApi} is needed: TLSRoute is not standard there, and passthrough of the overlay's public names would vanish`;
  return fail(subject, cause, fix);
}
