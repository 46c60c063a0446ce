/* The sockets' part of what comes in frames. */
#ifndef HOLDFAST_RV32_TUNNEL_H
#define HOLDFAST_RV32_TUNNEL_H

#include "frame.h"
#include "socket.h"

/* Data, credit or close. */
void takeTunnel(const Frame *frame);
/* Frames were lost: nobody knows what of which connection. */
void resetTunnel(void);
/* Something is to be told. */
int tunnelBusy(void);
void serveTunnel(const SocketEvents *events);

#endif
