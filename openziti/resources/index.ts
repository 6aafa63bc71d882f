// The classes a program uses: `import * as openziti from "."; new openziti.Service("gateway", {...})`.
export * from "./provider";
export * from "./common";
export * from "./service";
export * from "./policies";
export * from "./identity";
export * from "./edge-router";
export * from "./enrolled-identity";
export * from "./foreign-grants";
export * from "./functions";
export * from "./trust";
export * from "./authenticator";
export * from "./cluster-dns";
export * from "./waits";
