/* Outgoing TCP connections, with the events of firmware/port/socket.ts. There is no listener. */
#ifndef HOLDFAST_SOCKET_H
#define HOLDFAST_SOCKET_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

enum { mostSockets = 16 };

typedef struct {
  void (*readable)(double id, double count);
  void (*writable)(double id, double count);
  /* `cause` is NULL when the peer closed. */
  void (*closed)(double id, const char *cause);
} SocketEvents;

/* NULL, or why there can be none. What fails later is told by `closed`. The id is the image's own. */
const char *openSocket(double id, const char *host, int port);
void closeSocket(double id);
/* Bytes that wait. */
size_t socketWaiting(double id);
/* The bytes that were read, at most `length`. */
size_t readSocket(double id, void *bytes, size_t length);
/* False when more is written than was allowed. `allowance` is what may follow. */
int writeSocket(double id, const void *bytes, size_t length, size_t *allowance);

/* Fills in what to poll for; `fds` has room for all sockets. */
size_t pollSockets(struct pollfd *fds);
/* Milliseconds after which to look again even if nothing polled; -1 is never. */
double socketPatience(void);
/* After poll, with what pollSockets gave. */
void serveSockets(const struct pollfd *fds, size_t count, const SocketEvents *events);
/* Gives what is unsent so many milliseconds, then cuts every connection. */
void endSockets(double milliseconds);

#endif
