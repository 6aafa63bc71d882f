import { Schema } from "./json-schema";

// The schemas of the built-in config types, as far as the controller's answers depend on them.
const port: Schema = { type: "integer", minimum: 0, maximum: 65535 };
const seconds: Schema = { type: "integer", minimum: 0, maximum: 2147483647 };
const protocol: Schema = { type: "string", enum: ["tcp", "udp"] };
const address: Schema = { type: "string", minLength: 1 };
const duration: Schema = { type: "string", pattern: "[0-9]+(h|m|s|ms)" };

function closed(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: "object", additionalProperties: false, properties, required };
}

function inhabited(items: Schema): Schema {
  return { type: "array", minItems: 1, uniqueItems: true, items };
}

const portRange = closed({ low: port, high: port }, ["low", "high"]);

const dialOptions = closed({ identity: { type: "string" }, connectTimeoutSeconds: seconds });

const interceptV1 = closed(
  {
    protocols: inhabited(protocol),
    addresses: inhabited(address),
    portRanges: inhabited(portRange),
    dialOptions,
    sourceIp: { type: "string" },
    allowedSourceAddresses: inhabited(address),
  },
  ["protocols", "addresses", "portRanges"],
);

const action = closed(
  {
    trigger: { type: "string", enum: ["fail", "pass", "change"] },
    consecutiveEvents: port,
    duration,
    action: { type: "string", pattern: "(mark (un)?healthy|increase cost [0-9]+|decrease cost [0-9]+|send event)" },
  },
  ["trigger", "action"],
);
const actions: Schema = { type: "array", minItems: 1, items: action };

const portCheck = closed({ interval: duration, timeout: duration, address: { type: "string" }, actions }, [
  "interval",
  "timeout",
  "address",
]);

const httpCheck = closed(
  {
    url: { type: "string" },
    method: { type: "string", enum: ["GET", "POST", "PUT", "PATCH"] },
    body: { type: "string" },
    interval: duration,
    timeout: duration,
    actions,
    expectStatus: { type: "integer", minimum: 100, maximum: 599 },
    expectInBody: { type: "string" },
  },
  ["interval", "timeout", "url"],
);

const listenOptions = closed({
  connectTimeoutSeconds: seconds,
  connectTimeout: duration,
  maxConnections: { type: "integer", minimum: 1 },
  identity: { type: "string" },
  bindUsingEdgeIdentity: { type: "boolean" },
  cost: port,
  precedence: { type: "string", enum: ["default", "required", "failed"] },
});

const translation = closed({
  from: { type: "string" },
  to: { type: "string" },
  prefixLength: { type: "integer", minimum: 0, maximum: 128 },
});

// A fixed value, or forwarding together with the set of what may be forwarded.
function fixedOrForwarded(fixed: string, forward: string, allowed: string): Schema {
  return {
    if: { required: [forward], properties: { [forward]: { const: true } } },
    then: { required: [allowed] },
    else: { required: [fixed] },
  };
}

const forward: Schema = { type: "boolean", enum: [true] };

const hostV1: Schema = {
  ...closed({
    protocol,
    forwardProtocol: forward,
    allowedProtocols: inhabited(protocol),
    address,
    forwardAddress: forward,
    allowedAddresses: inhabited(address),
    forwardAddressTranslations: inhabited(translation),
    port,
    forwardPort: forward,
    allowedPortRanges: inhabited(portRange),
    allowedSourceAddresses: inhabited(address),
    listenOptions,
    portChecks: { type: "array", items: portCheck },
    httpChecks: { type: "array", items: httpCheck },
    proxy: {
      type: "object",
      required: ["type", "address"],
      properties: { type: { type: "string", enum: ["http"] }, address: { type: "string" } },
    },
  }),
  allOf: [
    fixedOrForwarded("protocol", "forwardProtocol", "allowedProtocols"),
    fixedOrForwarded("address", "forwardAddress", "allowedAddresses"),
    fixedOrForwarded("port", "forwardPort", "allowedPortRanges"),
  ],
};

const hostV2 = closed({ terminators: { type: "array", minItems: 1, items: hostV1 } }, ["terminators"]);

const proxyV1 = closed(
  {
    port: { type: "number", minimum: 1, maximum: 65535 },
    protocols: { type: "array", minItems: 1, items: protocol },
    binding: { type: "string" },
  },
  ["port", "protocols"],
);

const interfacesV1 = closed({ interfaces: { type: "array", items: { type: "string" } } }, ["interfaces"]);

const hostname: Schema = { type: "string" };
const portChecks: Schema = { type: "array", items: portCheck };
const httpChecks: Schema = { type: "array", items: httpCheck };
const tunnelerClient = closed({ hostname, port }, ["hostname", "port"]);
const tunnelerServer = closed({ protocol, hostname, port, portChecks, httpChecks }, ["hostname", "port"]);
const l2Host = closed({ listenOptions, bridgeIfs: inhabited({ type: "string" }) });
const ethType: Schema = { type: "string", pattern: "^0[xX][0-9a-fA-F]{4}$" };
const l2Intercept = closed({ dialOptions, ethTypes: inhabited(ethType) }, ["ethTypes"]);

/** The config types every controller has from the start: id, name, schema. */
export const builtInConfigTypes: readonly { id: string; name: string; schema: Schema }[] = [
  { id: "g7cIWbcGg", name: "intercept.v1", schema: interceptV1 },
  { id: "NH5p4FpGR", name: "host.v1", schema: hostV1 },
  { id: "host.v2", name: "host.v2", schema: hostV2 },
  { id: "proxy.v1", name: "proxy.v1", schema: proxyV1 },
  { id: "interfaces.v1", name: "interfaces.v1", schema: interfacesV1 },
  { id: "l2.host.v1", name: "l2.host.v1", schema: l2Host },
  { id: "l2.intercept.v1", name: "l2.intercept.v1", schema: l2Intercept },
  { id: "f2dd2df0-9c04-4b84-a91e-71437ac229f1", name: "ziti-tunneler-client.v1", schema: tunnelerClient },
  { id: "cea49285-6c07-42cf-9f52-09a9b115c783", name: "ziti-tunneler-server.v1", schema: tunnelerServer },
];
