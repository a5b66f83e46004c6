import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const LIB_LAYERS = ["platform", "session", "fleet", "credentials", "connection"];
const LIB_LEAVES = ["telemetry", "shadow", "history", "alarms"];

/** platform < session < fleet < credentials < connection < {telemetry < history, shadow < alarms}; each zone names the rule it defends. */
const layerZones = [
  ...LIB_LAYERS.map((layer, rank) => ({ layer, above: [...LIB_LAYERS.slice(rank + 1), ...LIB_LEAVES] })),
  { layer: "telemetry", above: ["shadow", "history", "alarms"] },
  { layer: "shadow", above: ["telemetry", "history", "alarms"] },
  { layer: "history", above: ["shadow", "alarms"] },
  { layer: "alarms", above: ["telemetry", "history"] },
].map(({ layer, above }) => ({
  target: `./lib/${layer}`,
  from: above.map((name) => `./lib/${name}`),
  message: `P3: lib/ imports flow one way (platform < session < fleet < credentials < connection < {telemetry < history, shadow < alarms}); lib/${layer} may not reach up.`,
}));

const boundaryZones = [
  { target: "./lib", from: ["./app", "./components"], message: "P3: lib/ knows no React and no page; hand the value in." },
  { target: "./components", from: ["./app"], message: "P3: components/ are used by app/, never the other way round." },
  { target: "./components/ui", from: ["./lib"], message: "P3: components/ui has no domain word in it; wrap it in a feature component." },
  {
    target: "./local-aws",
    from: ["./app", "./components", "./lib", "./infra", "./tests", "./scripts"],
    message: "P18: the local AWS is a second witness; it imports nothing of the product.",
  },
  {
    target: ["./app", "./components", "./lib", "./infra"],
    from: ["./local-aws", "./tests", "./scripts", "./bench"],
    message: "P18: the product reaches the local AWS over the network only.",
  },
  { target: "./infra", from: ["./app", "./components"], message: "P3: infra/ may import pure lib/ modules only." },
];

export default tseslint.config(
  {
    ignores: ["node_modules", ".next*/**", ".thingdeck", "cdk.out", "next-env.d.ts", "test-results", "playwright-report", "bench/results"],
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { "import-x": importX, "react-hooks": reactHooks },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-cycle": ["error", { maxDepth: 8, ignoreExternal: true }],
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones: [...layerZones, ...boundaryZones] }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/prefer-nullish-coalescing": ["error", { ignorePrimitives: { string: true } }],
      "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": "allow-with-description" }],
      // Factories close over their state and use no `this`; their functions may be handed on.
      "@typescript-eslint/unbound-method": "off",
      "no-console": "error",
      "no-warning-comments": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 4],
    },
  },
  {
    files: ["app/**", "components/**", "lib/**"],
    ignores: ["lib/platform/env.server.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: "P6: settings are read once, in lib/platform/env.server.ts.",
        },
      ],
    },
  },
  {
    // What the browser runs may stand on a machine whose clock is an hour wrong, or is set while the page is open (HAZARDS C14, H14).
    files: ["components/**", "lib/**/*.client.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "Date",
          property: "now",
          message:
            "H14: durations and countdowns take steadyNowMs (lib/platform/clock.ts), instants the server's clock (useReadServerNow).",
        },
      ],
    },
  },
  { files: ["app/**", "components/**"], rules: reactHooks.configs["recommended-latest"].rules },
  {
    // A component's markup is one tree; it is split by responsibility, not by line count.
    files: ["**/*.tsx"],
    rules: { "max-lines-per-function": ["error", { max: 120, skipBlankLines: true, skipComments: true }] },
  },
  {
    // `describe` bodies are lists of rules, not functions.
    files: ["tests/**"],
    rules: { "max-lines-per-function": "off", "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }] },
  },
  { files: ["scripts/**", "bench/**", "tests/**", "local-aws/**/cli.ts"], rules: { "no-console": "off" } },
);
