// TypeScript describes WebAssembly only beside the browser's DOM; this is the little that schema-engine.ts uses.
declare namespace WebAssembly {
  type Module = object;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(
    module: Module,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
}
