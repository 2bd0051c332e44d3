/** Runs a module that is no part of the program. In a file of its own, also when bundled: V8's code cache has no dynamic import in it. */
export const importModule = (url: string): Promise<{ readonly default?: unknown }> => import(url);
