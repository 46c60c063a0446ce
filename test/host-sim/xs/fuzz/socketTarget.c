/*
 * libFuzzer: a board's sockets against a peer that sends, reads and hangs up as the input says, with any count and
 * any id in the image's calls. The bytes that arrive must be those that were sent, both ways.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket.h"

static int listener = -1;
static int port;
static int peer = -1;
static double opened;
static size_t allowed;
static uint8_t sentByBoard, seenByPeer, sentByPeer, seenByBoard;

static void readable(double id, double count) {
  if (id != opened || count < 1) abort();
}
static void writable(double id, double count) {
  if (id != opened || count < 1 || count > 5744) abort();
  allowed = (size_t)count;
}
static void closed(double id, const char *cause) {
  (void)cause;
  if (id != opened) abort();
  opened = 0;
}
static const SocketEvents events = {readable, writable, closed};

static void serve(void) {
  struct pollfd fds[mostSockets];
  size_t count = pollSockets(fds);
  if (count > mostSockets) abort();
  poll(fds, (nfds_t)count, 0);
  serveSockets(fds, count, &events);
}

static void listenOnce(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4)) abort();
  if (getsockname(listener, (struct sockaddr *)&address, &size)) abort();
  port = ntohs(address.sin_port);
}

static void peerSends(size_t count) {
  uint8_t bytes[256];
  for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)(sentByPeer + i);
  if (send(peer, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)count) sentByPeer = (uint8_t)(sentByPeer + count);
}

static void peerReads(void) {
  uint8_t bytes[4096];
  ssize_t count = recv(peer, bytes, sizeof bytes, MSG_DONTWAIT);
  for (ssize_t i = 0; i < count; i++) {
    if (bytes[i] != seenByPeer++) abort();
  }
}

static void boardWrites(double id, size_t count) {
  static uint8_t bytes[65536];
  size_t allowance;
  for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)(sentByBoard + i);
  int taken = writeSocket(id, bytes, count, &allowance);
  if (id != opened || !opened) return;
  if (taken != (count <= allowed)) abort();
  if (!taken) return;
  allowed -= count;
  sentByBoard = (uint8_t)(sentByBoard + count);
  if (allowance != allowed) abort();
}

static void boardReads(double id, size_t count) {
  uint8_t bytes[512];
  size_t waiting = socketWaiting(id);
  size_t got = readSocket(id, bytes, count);
  if (got > count || (got > 0 && (id != opened || waiting == 0))) abort();
  for (size_t i = 0; i < got; i++) {
    if (bytes[i] != seenByBoard++) abort();
  }
}

static void hangUp(void) {
  if (peer >= 0) close(peer);
  peer = -1;
}

static void reset(void) {
  static double ids;
  if (opened) closeSocket(opened);
  hangUp();
  endSockets(0);
  /* What lingers of the one before is not this one's. */
  sentByBoard = seenByPeer = sentByPeer = seenByBoard = 0;
  allowed = 0;
  opened = ++ids;
  if (openSocket(opened, "127.0.0.1", port)) {
    opened = 0;
    return;
  }
  peer = accept(listener, NULL, NULL);
  if (peer < 0) abort();
  struct linger now = {1, 0};
  setsockopt(peer, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (listener < 0) {
    /* As the host does. */
    signal(SIGPIPE, SIG_IGN);
    listenOnce();
  }
  reset();
  for (size_t i = 0; i + 1 < size && i < 128; i += 2) {
    size_t amount = data[i + 1];
    double id = data[i] & 0x80 ? (double)amount - 100 : opened;
    switch (data[i] & 7) {
      case 0: serve(); break;
      case 1: if (peer >= 0) peerSends(amount); break;
      case 2: if (peer >= 0) peerReads(); break;
      case 3: boardWrites(id, amount * 32); break;
      case 4: boardReads(id, amount); break;
      case 5: if (amount < 8) hangUp(); break;
      case 6: if (amount < 8) reset(); break;
      default: socketPatience(), serve(); break;
    }
  }
  return 0;
}
