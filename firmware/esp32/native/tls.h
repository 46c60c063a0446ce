/*
 * TLS by mbedTLS between two queues of bytes, which the caller moves to the peer and from it. No socket, no waiting. All
 * counts are bytes. A function of a connection that is not open does nothing and gives 0 or -1.
 */
#ifndef HOLDFAST_TLS_H
#define HOLDFAST_TLS_H

#include <stdint.h>

/*
 * Opens a connection. The peer must show a certificate for `host` that the authority (DER) signed, directly or through
 * others. Gives the number of the connection, or -1 when there are no more, or no memory, or the authority is not a
 * certificate.
 */
int32_t tlsOpen(char *host, uint8_t *authority, uint32_t length);
/* Takes bytes that came from the peer; gives their count. */
int32_t tlsTake(uint32_t connection, uint8_t *from, uint32_t offset, uint32_t length);
/* Gives bytes that go to the peer, and their count. */
int32_t tlsGive(uint32_t connection, uint8_t *to, uint32_t most);
/* Goes on. 0 during the handshake, 1 when open, 2 when the peer ended the connection, -1 when it failed. */
int32_t tlsStep(uint32_t connection);
int32_t tlsRead(uint32_t connection, uint8_t *to, uint32_t most);
int32_t tlsWrite(uint32_t connection, uint8_t *from, uint32_t offset, uint32_t length);
/* The reason of a failure, in ASCII. */
int32_t tlsCause(uint32_t connection, uint8_t *to, uint32_t most);
void tlsClose(uint32_t connection);

#endif
