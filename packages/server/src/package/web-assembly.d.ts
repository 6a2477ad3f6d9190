/** What we use of it: TypeScript knows WebAssembly only as a part of browsers. */
declare namespace WebAssembly {
  const Module: new (binary: Uint8Array) => object
  const Instance: new (module: object) => { readonly exports: unknown }

  interface Memory {
    readonly buffer: ArrayBuffer
  }

  interface Global {
    readonly value: number
  }
}
