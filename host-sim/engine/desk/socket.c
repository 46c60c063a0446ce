#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

enum {
  /* Bytes that may wait to be sent, as lwIP has it on an ESP32. */
  sendBuffer = 5744,
  /* Milliseconds that unsent bytes get to leave after `close`. */
  linger = 2000,
  /* Milliseconds between looks for more than was told of and not read. */
  growthCheck = 20,
};

typedef enum { unused, connecting, connected, closing } State;

typedef struct {
  State state;
  int file;
  double id;
  /* Bytes that `readable` told of since the last read; 0 is: nothing told, poll for input. */
  size_t told;
  size_t allowance;
  size_t unsent;
  uint8_t waiting[sendBuffer];
  double until;
  /* The reason why it failed before it began; told when the loop comes by. */
  const char *cause;
} Connection;

static Connection connections[mostSockets];

static const char *nameOf(int error) {
  static char other[32];
  switch (error) {
    case ECONNREFUSED: return "ECONNREFUSED";
    case ECONNRESET: return "ECONNRESET";
    case ETIMEDOUT: return "ETIMEDOUT";
    case EHOSTUNREACH: return "EHOSTUNREACH";
    case ENETUNREACH: return "ENETUNREACH";
    case EPIPE: return "EPIPE";
    default: snprintf(other, sizeof other, "error %d", error); return other;
  }
}

static Connection *find(double id) {
  for (int i = 0; i < mostSockets; i++) {
    State state = connections[i].state;
    if ((state == connecting || state == connected) && connections[i].id == id) return &connections[i];
  }
  return NULL;
}

static void drop(Connection *connection) {
  if (connection->file >= 0) close(connection->file);
  connection->state = unused;
}

static Connection *findUnused(void) {
  Connection *lingering = NULL;
  for (int i = 0; i < mostSockets; i++) {
    if (connections[i].state == unused) return &connections[i];
    if (connections[i].state == closing) lingering = &connections[i];
  }
  if (lingering) drop(lingering);
  return lingering;
}

/* A name that is no address is looked up while the whole board waits: on a desk that is `localhost`. */
static const char *start(Connection *connection, const char *host, int port) {
  if (!*host) return "TLS is not built into this board";
  if (port < 1 || port > 65535) return "no such port";
  char service[8];
  snprintf(service, sizeof service, "%d", port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
  struct addrinfo *found = NULL;
  if (getaddrinfo(host, service, &hints, &found) != 0 || !found) return "ENOTFOUND";
  const char *cause = NULL;
  int file = socket(found->ai_family, SOCK_STREAM, 0);
  if (file < 0) cause = nameOf(errno);
  if (!cause) {
    int on = 1;
    fcntl(file, F_SETFD, FD_CLOEXEC);
    fcntl(file, F_SETFL, O_NONBLOCK);
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->file = file;
    if (connect(file, found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) cause = nameOf(errno);
  }
  freeaddrinfo(found);
  return cause;
}

const char *openSocket(double id, const char *host, int port) {
  Connection *connection = findUnused();
  if (!connection) return "too many sockets";
  memset(connection, 0, sizeof *connection);
  connection->state = connecting;
  connection->file = -1;
  connection->id = id;
  connection->cause = start(connection, host, port);
  return NULL;
}

void closeSocket(double id) {
  Connection *connection = find(id);
  if (!connection) return;
  if (connection->state == connected && connection->unsent > 0) {
    connection->state = closing;
    connection->until = monotonic() + linger;
  } else {
    drop(connection);
  }
}

static size_t waiting(const Connection *connection) {
  int count = 0;
  return ioctl(connection->file, FIONREAD, &count) == 0 && count > 0 ? (size_t)count : 0;
}

size_t socketWaiting(double id) {
  Connection *connection = find(id);
  return connection && connection->state == connected ? waiting(connection) : 0;
}

size_t readSocket(double id, void *bytes, size_t length) {
  Connection *connection = find(id);
  if (!connection || connection->state != connected) return 0;
  ssize_t count = recv(connection->file, bytes, length, 0);
  connection->told = 0;
  return count > 0 ? (size_t)count : 0;
}

static int flush(Connection *connection) {
  size_t sent = 0;
  while (sent < connection->unsent) {
    ssize_t count = send(connection->file, connection->waiting + sent, connection->unsent - sent, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (count < 0) return 0;
    sent += (size_t)count;
  }
  connection->unsent -= sent;
  memmove(connection->waiting, connection->waiting + sent, connection->unsent);
  return 1;
}

int writeSocket(double id, const void *bytes, size_t length, size_t *allowance) {
  Connection *connection = find(id);
  *allowance = 0;
  if (!connection) return 1;
  *allowance = connection->allowance;
  if (length > connection->allowance) return 0;
  memcpy(connection->waiting + connection->unsent, bytes, length);
  connection->unsent += length;
  connection->allowance -= length;
  *allowance = connection->allowance;
  return 1;
}

size_t pollSockets(struct pollfd *fds) {
  size_t count = 0;
  for (int i = 0; i < mostSockets; i++) {
    Connection *connection = &connections[i];
    short events = 0;
    if (connection->state == connecting) events = POLLOUT;
    if (connection->state == connected && connection->told == 0) events = POLLIN;
    /* Also to tell that more may be written, once all of it has left. */
    if (connection->state == connected && connection->allowance < sendBuffer) events |= POLLOUT;
    if (connection->state == closing) events = POLLOUT;
    /* A connection that both sides have ended would wake the loop without a pause. */
    if (events && !connection->cause) {
      fds[count++] = (struct pollfd){.fd = connection->file, .events = events};
    }
  }
  return count;
}

double socketPatience(void) {
  double patience = -1;
  for (int i = 0; i < mostSockets; i++) {
    Connection *connection = &connections[i];
    if (connection->cause) return 0;
    if (connection->told > 0 || connection->state == closing) patience = growthCheck;
  }
  return patience;
}

static void fail(Connection *connection, const char *cause, const SocketEvents *events) {
  double id = connection->id;
  drop(connection);
  connection->cause = NULL;
  events->closed(id, cause);
}

static void finishConnect(Connection *connection, const SocketEvents *events) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(connection->file, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error) {
    fail(connection, nameOf(error), events);
    return;
  }
  connection->state = connected;
  connection->allowance = sendBuffer;
  events->writable(connection->id, sendBuffer);
}

/* Tells of input once; again when it was read, or has grown. */
static void serveInput(Connection *connection, short polled, const SocketEvents *events) {
  size_t count = waiting(connection);
  if (count > connection->told) {
    connection->told = count;
    events->readable(connection->id, (double)count);
  } else if (count == 0 && (polled & (POLLIN | POLLHUP | POLLERR))) {
    char byte;
    ssize_t peeked = recv(connection->file, &byte, 1, MSG_PEEK);
    if (peeked == 0) fail(connection, NULL, events);
    else if (peeked < 0 && errno != EAGAIN && errno != EINTR) fail(connection, nameOf(errno), events);
  }
}

static void serveOutput(Connection *connection, const SocketEvents *events) {
  if (!flush(connection)) {
    fail(connection, nameOf(errno), events);
  } else if (connection->unsent == 0 && connection->allowance < sendBuffer) {
    connection->allowance = sendBuffer;
    events->writable(connection->id, sendBuffer);
  }
}

static void serveClosing(Connection *connection) {
  if (!flush(connection) || connection->unsent == 0 || monotonic() > connection->until) drop(connection);
}

static short polledFor(const Connection *connection, const struct pollfd *fds, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (fds[i].fd == connection->file) return fds[i].revents;
  }
  return 0;
}

void serveSockets(const struct pollfd *fds, size_t count, const SocketEvents *events) {
  for (int i = 0; i < mostSockets; i++) {
    Connection *connection = &connections[i];
    if (connection->state == unused) continue;
    if (connection->cause) {
      fail(connection, connection->cause, events);
      continue;
    }
    short polled = polledFor(connection, fds, count);
    double id = connection->id;
    if (connection->state == closing) {
      serveClosing(connection);
    } else if (connection->state == connecting) {
      if (polled) finishConnect(connection, events);
    } else {
      if (polled & POLLOUT) serveOutput(connection, events);
      /* The image may have closed it meanwhile, or opened another in its place. */
      if (connection->state == connected && connection->id == id) serveInput(connection, polled, events);
    }
  }
}

void endSockets(double milliseconds) {
  double until = monotonic() + milliseconds;
  for (int i = 0; i < mostSockets; i++) {
    Connection *connection = &connections[i];
    if (connection->state != connected && connection->state != closing) continue;
    while (connection->unsent > 0 && flush(connection) && connection->unsent > 0 && monotonic() < until) {
      poll(&(struct pollfd){.fd = connection->file, .events = POLLOUT}, 1, 10);
    }
  }
}
