/**
 * Synthesises the template: `node infra/app.ts --output DIR [--context key=value ...]`.
 * Run by the CDK CLI instead, output folder and context arrive through its environment.
 */
import { parseArgs } from "node:util";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { acknowledgeFindings } from "./acknowledged-findings.ts";
import { readSettings } from "./settings.ts";
import { ThingdeckStack } from "./thingdeck-stack.ts";

const { values } = parseArgs({
  options: { output: { type: "string" }, context: { type: "string", multiple: true, default: [] } },
});

function toContext(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error(`--context ${pair}: write key=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const app = new App({
  ...(values.output !== undefined && { outdir: values.output }),
  context: toContext(values.context),
  analyticsReporting: false,
});
const settings = readSettings(app.node);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
acknowledgeFindings(new ThingdeckStack(app, settings), settings);
app.synth();
