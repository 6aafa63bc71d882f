/** An object that the program registers, without any engine having been asked. */
export interface OfflineObject {
  /** The component it belongs to: `IstioMesh`, `ZitiOverlay`, …; `stack` for none. */
  readonly component: string;
  /** Pulumi's type token. */
  readonly type: string;
  readonly kind: string;
  /** Logical name. */
  readonly name: string;
  /** Inputs; every secret text is a placeholder. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What stands where a secret would: its shape stays, its text does not. */
export const secretPlaceholder = "[secret]";
