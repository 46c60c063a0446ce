/** The platform's way to run an app that lies apart from the image, so that it takes the place of nothing in the image. */
export interface AppPlatform {
  /** The reason, in words, why these bytes are no app of this platform; undefined where they may be. Nothing runs. */
  refusal(body: Uint8Array): string | undefined;
  /**
   * Runs the body over the one module that it may import, `holdfast/app`, and gives its default export. Before it runs,
   * all that the language has is frozen, and no global can be added. Throws what the body throws.
   */
  load(body: Uint8Array, face: object): unknown;
}
