/** What a client needs to reach the OpenZiti controller's management API. */
export interface ControllerAccess {
  readonly url: string;
  /** File with the PEM of the authority; the real controller writes it when it starts for the first time. */
  readonly authorityFile: string;
  readonly username: string;
  readonly password: string;
}
