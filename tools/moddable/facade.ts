/**
 * The façade: all that a mod finds on its host. On a chip all of the firmware is one module, and this one is its face to mods; whatever
 * else of the firmware a mod imports, it carries itself. On every platform it is preloaded, so no mod takes its place.
 */

/** Name of the module, as manifests and mods name it. */
export const FACADE = 'firmware/app/face';
