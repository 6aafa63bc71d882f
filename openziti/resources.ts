// The classes a program uses: `import * as openziti from "../openziti/resources"; new openziti.Service("gateway", {...})`.
export * from "./resources/provider";
export * from "./resources/common";
export * from "./resources/service";
export * from "./resources/policies";
export * from "./resources/identity";
export * from "./resources/edge-router";
export * from "./resources/enrolled-identity";
export * from "./resources/foreign-grants";
export * from "./resources/functions";
export * from "./resources/trust";
export * from "./resources/authenticator";
export * from "./resources/cluster-dns";
export * from "./resources/waits";
