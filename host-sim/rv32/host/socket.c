/*
 * TCP connections tunnelled through the serial line. Each side grants the other bytes: none is sent that the other
 * has no room for, so that no connection holds up another.
 */
#include "socket.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "frame.h"
#include "tunnel.h"

enum { mostOpen = 8, window = 4096 };

typedef struct {
  int used;
  uint32_t id;
  /* Bytes in `ring`, and where the first of them is. */
  size_t waiting;
  size_t first;
  /* Of the waiting ones those that `readable` told of. */
  size_t told;
  size_t allowance;
  int mayWrite;
  int ended;
  char cause[48];
  uint8_t ring[window];
} Connection;

static Connection connections[mostOpen];

static Connection *find(double id) {
  for (int i = 0; i < mostOpen; i++) {
    if (connections[i].used && connections[i].id == (uint32_t)id) return &connections[i];
  }
  return NULL;
}

static void put32(uint8_t *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void grant(const Connection *connection, size_t count) {
  uint8_t payload[8];
  put32(payload, connection->id);
  put32(payload + 4, (uint32_t)count);
  sendFrame(frameCredit, payload, sizeof payload, NULL, 0);
}

static void end(Connection *connection, const char *cause) {
  connection->ended = 1;
  snprintf(connection->cause, sizeof connection->cause, "%s", cause);
}

const char *openSocket(double id, const char *host, int port) {
  Connection *connection = NULL;
  for (int i = 0; i < mostOpen && !connection; i++) {
    if (!connections[i].used) connection = &connections[i];
  }
  if (!connection) return "too many sockets";
  memset(connection, 0, offsetof(Connection, ring));
  connection->used = 1;
  connection->id = (uint32_t)id;
  if (!*host) end(connection, "TLS is not built into this board");
  else if (port < 1 || port > 65535) end(connection, "no such port");
  if (connection->ended) return NULL;
  uint8_t head[6];
  put32(head, connection->id);
  head[4] = (uint8_t)(port >> 8);
  head[5] = (uint8_t)port;
  sendFrame(frameOpen, head, sizeof head, host, strlen(host));
  grant(connection, window);
  return NULL;
}

static void tellClosed(uint32_t id) {
  uint8_t payload[4];
  put32(payload, id);
  sendFrame(frameClose, payload, sizeof payload, NULL, 0);
}

void closeSocket(double id) {
  Connection *connection = find(id);
  if (!connection) return;
  connection->used = 0;
  tellClosed(connection->id);
}

size_t socketWaiting(double id) {
  Connection *connection = find(id);
  return connection ? connection->waiting : 0;
}

size_t readSocket(double id, void *bytes, size_t length) {
  Connection *connection = find(id);
  if (!connection) return 0;
  if (length > connection->waiting) length = connection->waiting;
  for (size_t i = 0; i < length; i++) ((uint8_t *)bytes)[i] = connection->ring[(connection->first + i) % window];
  connection->first = (connection->first + length) % window;
  connection->waiting -= length;
  connection->told = 0;
  if (length > 0 && !connection->ended) grant(connection, length);
  return length;
}

int writeSocket(double id, const void *bytes, size_t length, size_t *allowance) {
  Connection *connection = find(id);
  *allowance = 0;
  if (!connection) return 1;
  *allowance = connection->allowance;
  if (length > connection->allowance) return 0;
  uint8_t head[4];
  put32(head, connection->id);
  for (const uint8_t *from = bytes; length > 0;) {
    size_t piece = length < mostPayload - sizeof head ? length : mostPayload - sizeof head;
    sendFrame(frameData, head, sizeof head, from, piece);
    from += piece;
    length -= piece;
    connection->allowance -= piece;
  }
  *allowance = connection->allowance;
  return 1;
}

void takeTunnel(const Frame *frame) {
  if (frame->length < 4) return;
  Connection *connection = find(get32(frame->payload));
  const uint8_t *rest = frame->payload + 4;
  size_t length = frame->length - 4;
  /* Bytes that were on their way when the image closed. */
  if (!connection || connection->ended) return;
  if (frame->type == frameData) {
    if (length > window - connection->waiting) {
      end(connection, "the line sent more than there is room for");
      return;
    }
    size_t at = connection->first + connection->waiting;
    for (size_t i = 0; i < length; i++) connection->ring[(at + i) % window] = rest[i];
    connection->waiting += length;
  } else if (frame->type == frameCredit && length == 4) {
    uint32_t count = get32(rest);
    if (count > 65536) count = 65536;
    connection->allowance += count;
    connection->mayWrite = 1;
  } else if (frame->type == frameClose) {
    char cause[sizeof connection->cause] = {0};
    memcpy(cause, rest, length < sizeof cause ? length : sizeof cause - 1);
    end(connection, cause);
  }
}

void resetTunnel(void) {
  for (int i = 0; i < mostOpen; i++) {
    if (connections[i].used && !connections[i].ended) {
      tellClosed(connections[i].id);
      end(&connections[i], "frames were lost on the line");
    }
  }
}

int tunnelBusy(void) {
  for (int i = 0; i < mostOpen; i++) {
    Connection *connection = &connections[i];
    if (!connection->used) continue;
    if (connection->mayWrite || connection->waiting > connection->told) return 1;
    if (connection->ended && connection->waiting == 0) return 1;
  }
  return 0;
}

void serveTunnel(const SocketEvents *events) {
  for (int i = 0; i < mostOpen; i++) {
    Connection *connection = &connections[i];
    uint32_t id = connection->id;
    if (connection->used && connection->mayWrite) {
      connection->mayWrite = 0;
      events->writable(id, (double)connection->allowance);
    }
    /* The image may have closed it meanwhile, or opened another in its place. */
    if (connection->used && connection->id == id && connection->waiting > connection->told) {
      connection->told = connection->waiting;
      events->readable(id, (double)connection->waiting);
    }
    if (connection->used && connection->id == id && connection->ended && connection->waiting == 0) {
      char cause[sizeof connection->cause];
      memcpy(cause, connection->cause, sizeof cause);
      connection->used = 0;
      events->closed(id, *cause ? cause : NULL);
    }
  }
}
