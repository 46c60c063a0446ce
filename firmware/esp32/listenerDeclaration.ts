/**
 * The declaration of one C function. The SDK's C of TCP (modules/io/socket/lwip/tcp.c) holds the functions of a
 * listener as well, and compiles only where a module has declared the first of them. The SDK's own module would let an
 * app listen; what stands here declares the function and can open nothing.
 */

/** The SDK's way to name a C function as a destructor. */
declare function Native(destructor: string): new () => object;

/** Nobody makes one. */
export class ListenerDeclaration extends Native('xs_listener_destructor_') {}
