/* Ethernet beside the engine. firmware/esp32/ethernet/ethernet.ts gives the meaning of each. */
#ifndef HOLDFAST_ETHERNET_H
#define HOLDFAST_ETHERNET_H

#include <stdint.h>

int32_t ethernetStart(void);
int32_t ethernetState(void);
int32_t ethernetAddress(uint8_t *target, uint32_t most);

#endif
