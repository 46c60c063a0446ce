/*
 * TLS by mbedTLS between two queues of bytes: whoever calls moves what they hold to the peer and from it. No socket,
 * no waiting. All counts are bytes; all functions of a connection that is not open do nothing and give 0 or -1.
 */
#ifndef HOLDFAST_TLS_H
#define HOLDFAST_TLS_H

#include <stdint.h>

/*
 * The peer must show a certificate for `host` that the authority (DER) signed, directly or through others.
 * The number of the connection, or -1 when there are no more, or no memory, or the authority is no certificate.
 */
int32_t tlsOpen(char *host, uint8_t *authority, uint32_t length);
/* From the peer; the count that was taken. */
int32_t tlsTake(uint32_t connection, uint8_t *from, uint32_t offset, uint32_t length);
/* For the peer; the count that was given. */
int32_t tlsGive(uint32_t connection, uint8_t *to, uint32_t most);
/* 0 while it shakes hands, 1 when open, 2 when the peer ended it, -1 when it failed. */
int32_t tlsStep(uint32_t connection);
int32_t tlsRead(uint32_t connection, uint8_t *to, uint32_t most);
int32_t tlsWrite(uint32_t connection, uint8_t *from, uint32_t offset, uint32_t length);
/* Why it failed, in ASCII. */
int32_t tlsCause(uint32_t connection, uint8_t *to, uint32_t most);
void tlsClose(uint32_t connection);

#endif
