import type { z } from "zod";

/** How the stand-in makes one CloudFormation resource type. */
export interface ResourceHandler {
  /**
   * Every property this handler acts upon, or knows to be without effect locally. Build it with `z.strictObject`
   * all the way down: a property outside it stops the start and is named.
   */
  readonly schema: z.ZodType;
  /**
   * Creates the resource, or brings an existing one (same logical id at an earlier start) up to date without losing
   * the data in it. `properties` have passed `schema` and have their intrinsics resolved.
   */
  apply(input: ResourceInput): Promise<ResourceResult> | ResourceResult;
  /**
   * Takes the resource away after it left the template. Handlers of resources with data in them leave this out:
   * such a resource is kept, and the log says so.
   */
  remove?(input: RemovedResource): Promise<void> | void;
}

export interface RemovedResource {
  readonly logicalId: string;
  readonly physicalId: string;
}

export interface ResourceInput {
  readonly logicalId: string;
  /** CloudFormation type, for handlers of more than one; absent when a handler is called by hand. */
  readonly type?: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The physical id of an earlier start, when there was one. */
  readonly physicalId: string | undefined;
}

export interface ResourceResult {
  /** What `Ref` answers. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` answers, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}
