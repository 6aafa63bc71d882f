/** One RPC and everybody who may call it. */
export interface RpcRow {
  readonly service: string;
  readonly method: string;
  /** `user`: forwarded by the Gateway; `internal`: other services only; `closed`: nobody; `overlay`: not in the mesh. */
  readonly reach: "user" | "internal" | "closed" | "overlay";
  readonly callers: readonly Caller[];
}

/** Who may call, on which condition, and why. */
export interface Caller {
  readonly name: string;
  /** "with x-identity-id" or "without x-identity-id" where the header decides. */
  readonly condition?: string;
  readonly because: string;
}

/** A picture of who reaches whom on one layer. */
export interface Layer {
  readonly id: "ingress" | "mesh" | "overlay" | "packets";
  readonly title: string;
  /** What an arrow means, in a sentence. */
  readonly legend: string;
  readonly edges: readonly Edge[];
}

/** One arrow of a layer. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Port, number of RPCs, or the policy's name. */
  readonly label: string;
  readonly because: string;
}

/** A plain table: its columns and rows of text. */
export interface Table {
  readonly id: string;
  readonly title: string;
  /** What to know when the table is empty. */
  readonly empty: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Everything the report shows. Plain data: no secret is among it. */
export interface ReportData {
  readonly title: string;
  /** Profile, stack and mesh of this installation, one text each. */
  readonly facts: readonly string[];
  readonly rpcs: readonly RpcRow[];
  readonly layers: readonly Layer[];
  readonly tables: readonly Table[];
}
