import { projectName } from "../../../config/project";
import { findingsOf, type SettingFinding } from "../finding";

const { warn } = findingsOf("settings");

/**
 * Secrets that the settings need and the stack's file does not hold; nothing when it does. `pulumi up` refuses without them; they may come from
 * elsewhere, such as an environment of Pulumi, so it is no failure here.
 */
export function examineSettings(missing: readonly string[], { file, name }: StackFile): SettingFinding[] {
  return missing.map((key) =>
    warn(
      key,
      `is not in ${file}: pulumi up refuses without it`,
      `pulumi config set --stack ${name} --path --secret '${projectName}:${key}', unless an environment of Pulumi has it.`,
    ),
  );
}

interface StackFile {
  readonly file: string;
  /** Name of the stack. */
  readonly name: string;
}
