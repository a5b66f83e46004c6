import { z } from "zod";

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  DeletionPolicy: z.enum(["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"]).optional(),
  UpdateReplacePolicy: z.enum(["Delete", "Retain", "Snapshot"]).optional(),
  Metadata: z.unknown().optional(),
});

const parameter = z.looseObject({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() });

const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal("2010-09-09").optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  // Assertions on parameters, which CDK writes about its own bootstrap stack only; there is no bootstrap stack here.
  Rules: z.strictObject({ CheckBootstrapVersion: z.unknown() }).partial().optional(),
  Resources: z.record(z.string(), resource),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.unknown(),
        Description: z.string().optional(),
        Export: z.unknown().optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
});

export type Template = z.infer<typeof templateSchema>;
export type TemplateResource = z.infer<typeof resource>;

/** Judges a template's own shape. Throws an Error that names the section or resource attribute that is not understood. */
export function parseTemplate(input: unknown): Template {
  const result = templateSchema.safeParse(input);
  if (result.success) return result.data;
  throw new Error(`The template is not understood by the local AWS: ${describeIssues(result.error)}`);
}

/** The first few problems with where they are, e.g. `Properties.Foo: Unrecognized key`. */
export function describeIssues(error: z.ZodError): string {
  const lines = error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "top level"}: ${message}`);
  return lines.join("; ");
}
