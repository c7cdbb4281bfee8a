/** What WebGPU there is, asked by page and worker alike. */

/** The parts of WebGPU's interface that choosing needs; TypeScript's DOM does not have them yet. */
interface Gpu {
  requestAdapter(): Promise<{
    readonly isFallbackAdapter?: boolean;
    readonly info?: { readonly isFallbackAdapter?: boolean };
  } | null>;
}

/** What WebGPU there is here. */
export async function findAdapter(): Promise<'real' | 'software' | 'none'> {
  const { gpu } = navigator as { gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter === null || adapter === undefined) return 'none';
  const isSoftware = adapter.isFallbackAdapter ?? adapter.info?.isFallbackAdapter ?? false;
  return isSoftware ? 'software' : 'real';
}
