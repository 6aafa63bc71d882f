import { ClientError, UnreachableError } from "../errors";

/** The port-forward cannot work, now or a moment later: kubeconfig, permissions, Service, or a pod that is never ready. */
export class PortForwardError extends ClientError {}

/** The way through the API server is not open, or broke: to be treated like any other lost connection. */
export class TunnelError extends UnreachableError {}
