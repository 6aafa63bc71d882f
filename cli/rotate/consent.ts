/** What decides whether `pulumi up`, in the middle of a rotation, gets its consent. */
interface Consent {
  /** `--yes` was given. */
  readonly yes: boolean;
  /** The environment: `PULUMI_SKIP_CONFIRMATIONS` is Pulumi's own `--yes`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard input and output are a terminal. */
  readonly isTerminal: boolean;
}

/** Why a rotation must not begin: Pulumi would have to ask and could not. Undefined when it may. */
export function missingConsent({ yes, environment, isTerminal }: Consent): string | undefined {
  if (yes || isTerminal || /^(1|true)$/i.test(environment["PULUMI_SKIP_CONFIRMATIONS"] ?? "")) return undefined;
  return "rotate asks before it applies, and there is no terminal to ask at. Nothing was changed. Give --yes to apply without asking.";
}
