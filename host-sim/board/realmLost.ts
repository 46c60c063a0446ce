/** The process of a realm ended and said nothing: a fault of the host, not of the image in it. */
export class RealmLost extends Error {}
