import js from "@eslint/js";
import tseslint from "typescript-eslint";

// The direction of imports (CONTRIBUTING.md): a folder may import the folders named here, and packages.
const layers = {
  access: { may: ["generated"], packages: ["@pulumi/*", "yaml"] },
  config: { may: ["access"], packages: [] },
  openziti: { may: [], packages: [] },
  kubernetes: { may: [], packages: ["@pulumi/*"] },
  components: { may: ["access", "config", "openziti", "kubernetes", "versions"], packages: [] },
  cli: {
    may: ["access", "config", "openziti", "kubernetes", "local", "components", "versions", "index"],
    packages: [],
  },
  local: { may: ["config", "versions", "index", "access"], packages: [] },
  policy: { may: ["access", "config"], packages: [] },
};
const folders = [
  "access",
  "config",
  "openziti",
  "kubernetes",
  "components",
  "cli",
  "local",
  "policy",
  "generated",
  "scripts",
  "test",
];

function layerRule(name, { may, packages }) {
  const closed = folders.filter((folder) => folder !== name && !may.includes(folder));
  const patterns = closed.map((folder) => ({
    group: [`../${folder}/**`, `../../${folder}/**`, `../../../${folder}/**`, `../${folder}`],
    message: `${name}/ may import only ${may.join(", ") || "nothing of this project"}.`,
  }));
  if (packages.length > 0) patterns.push({ group: packages, message: `${name}/ is plain data and pure functions.` });
  return { files: [`${name}/**/*.ts`], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "generated/", ".test-output/"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-expressions": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "max-lines": ["error", { max: 250 }],
      "max-lines-per-function": ["error", { max: 40 }],
    },
  },
  { files: ["index.ts"], rules: { "max-lines": ["error", { max: 60 }] } },
  {
    // A describe block is one function and a fixture is a table: the budget is for logic.
    files: ["test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name='apply']",
          message: "An assertion inside apply never fails a test: assert on recorded registrations.",
        },
      ],
      "@typescript-eslint/no-floating-promises": "error",
    },
  },
  ...Object.entries(layers).map(([name, layer]) => layerRule(name, layer)),
  {
    files: [".mocharc.js", "bin/*", "*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        __dirname: "readonly",
        __filename: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
