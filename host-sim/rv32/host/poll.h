/* Stands in for the POSIX header: a board has no files to poll, and only the type is named (engine/host/socket.h). */
#ifndef HOLDFAST_RV32_POLL_H
#define HOLDFAST_RV32_POLL_H

struct pollfd {
  int fd;
  short events;
  short revents;
};

#endif
