import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The guards throw outside Next's own bundles; `next build` and tests/architecture prove them instead. */
const alias = [
  { find: /^(server|client)-only$/, replacement: `${root}tests/support/empty-module.ts` },
  { find: /^@\//, replacement: root },
];

const project = (name: string, timeoutMs: number) => ({
  resolve: { alias },
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    environment: "node" as const,
  },
});

export default defineConfig({
  test: {
    projects: [project("unit", 30_000), project("architecture", 60_000), project("infra", 120_000), project("integration", 120_000)],
    maxWorkers: 2,
  },
});
