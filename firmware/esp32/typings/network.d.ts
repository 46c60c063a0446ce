/** Moddable SDK 8.2: modules/io/socket/lwip, modules/io/wifi, modules/network/net. */

declare module 'embedded:io/socket/tcp' {
  export interface TcpOptions {
    /** In dotted decimals. */
    address: string;
    port: number;
    nodelay?: boolean;
    onReadable?(count: number): void;
    onWritable?(count: number): void;
    /** Also when the peer closes; without a reason. */
    onError?(): void;
  }
  class TCP {
    constructor(options: TcpOptions);
    /** Throws when fewer bytes wait. */
    read(count: number): ArrayBuffer | undefined;
    /** Throws when the bytes exceed what may be written. Returns what may still be written. */
    write(bytes: ArrayBuffer | Uint8Array): number;
    close(): void;
  }
  export default TCP;
}

declare module 'embedded:network/interface/wifi' {
  export interface WiFiOptions {
    onChanged?(property: 'connection' | 'address'): void;
  }
  class WiFi {
    constructor(options: WiFiOptions);
    connect(options: { SSID: string; password?: string }): void;
    disconnect(): void;
    close(): void;
    /** 200 disconnected, 300 connecting, 400 joined, 500 with an address. */
    readonly connection: number;
    readonly address: string | undefined;
    readonly RSSI: number | undefined;
  }
  export default WiFi;
}

declare module 'net' {
  const Net: {
    /** Calls back with the address in dotted decimals, or without when there is none. */
    resolve(host: string, callback: (host: string, address: string | undefined) => void): void;
  };
  export default Net;
}
