/**
 * The façade: all that an app or a mod finds of the firmware on its host. On a chip the firmware is one bundle, and this
 * is its face; whatever else a mod imports, it carries itself. It is preloaded everywhere, so no mod takes its place.
 */

/** Name of the module, as manifests and mods name it. */
export const FACADE = 'firmware/app/face';
