import type { BuildOptions, Plugin } from 'esbuild';

export const language: BuildOptions;
export function ownSources(read: (file: string) => string, urlOf: (path: string) => string): Plugin;
export function urlFrom(path: string, folder: string): string;
export const sha256: (bytes: Uint8Array | string) => string;
