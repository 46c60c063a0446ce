#include "ethernet.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <esp_eth.h>
#include <esp_eth_mac_openeth.h>
#include <esp_eth_netif_glue.h>
#include <esp_event.h>
#include <esp_mac.h>
#include <esp_netif.h>

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

enum { shortFrameBytes = 1024 };

static esp_netif_t *interface;

/* Set by the task of ESP-IDF's events, read by the engine's. */
static atomic_int state;

static void onLink(void *argument, esp_event_base_t base, int32_t event, void *data) {
  (void)argument, (void)base, (void)data;
  if (event == ETHERNET_EVENT_CONNECTED) atomic_store(&state, 1);
  if (event == ETHERNET_EVENT_DISCONNECTED || event == ETHERNET_EVENT_STOP) atomic_store(&state, 0);
}

static void onAddress(void *argument, esp_event_base_t base, int32_t event, void *data) {
  (void)argument, (void)base, (void)data;
  atomic_store(&state, event == IP_EVENT_ETH_GOT_IP ? 2 : 1);
}

/*
 * Each frame comes in a buffer for the longest one, and stays in it until the engine has read it: a window of short frames
 * would take 1,500 bytes for each. A long one keeps its buffer: a little smaller, it would leave a hole that none fits in.
 */
static esp_err_t takeFrame(esp_eth_handle_t driver, uint8_t *frame, uint32_t length, void *argument) {
  (void)driver, (void)argument;
  uint8_t *small = length < shortFrameBytes ? realloc(frame, length) : NULL;
  return esp_netif_receive(interface, small ? small : frame, length, NULL);
}

static esp_err_t installDriver(esp_eth_handle_t *driver) {
  eth_mac_config_t macConfiguration = ETH_MAC_DEFAULT_CONFIG();
  eth_phy_config_t phyConfiguration = ETH_PHY_DEFAULT_CONFIG();
  esp_eth_mac_t *mac = esp_eth_mac_new_openeth(&macConfiguration);
  esp_eth_phy_t *phy = esp_eth_phy_new_generic(&phyConfiguration);
  if (!mac || !phy) return ESP_ERR_NO_MEM;
  esp_eth_config_t configuration = ETH_DEFAULT_CONFIG(mac, phy);
  esp_err_t error = esp_eth_driver_install(&configuration, driver);
  uint8_t address[6];
  if (!error) error = esp_read_mac(address, ESP_MAC_ETH);
  if (!error) error = esp_eth_ioctl(*driver, ETH_CMD_S_MAC_ADDR, address);
  return error;
}

/* What a failure leaves behind stays until the restart: the board has no other use for it. */
int32_t ethernetStart(void) {
  esp_err_t error = esp_netif_init();
  if (!error) error = esp_event_loop_create_default();
  /* The SDK has made it, where another of its modules wants events. */
  if (error == ESP_ERR_INVALID_STATE) error = ESP_OK;
  if (error) return error;
  esp_eth_handle_t driver = NULL;
  error = installDriver(&driver);
  if (error) return error;
  const esp_netif_config_t configuration = ESP_NETIF_DEFAULT_ETH();
  interface = esp_netif_new(&configuration);
  esp_eth_netif_glue_handle_t glue = esp_eth_new_netif_glue(driver);
  if (!interface || !glue) return ESP_ERR_NO_MEM;
  error = esp_netif_attach(interface, glue);
  if (!error) error = esp_event_handler_register(ETH_EVENT, ESP_EVENT_ANY_ID, onLink, NULL);
  if (!error) error = esp_event_handler_register(IP_EVENT, IP_EVENT_ETH_GOT_IP, onAddress, NULL);
  if (!error) error = esp_event_handler_register(IP_EVENT, IP_EVENT_ETH_LOST_IP, onAddress, NULL);
  /* In the place of what the glue has just set. */
  if (!error) error = esp_eth_update_input_path(driver, takeFrame, NULL);
  return error ? error : esp_eth_start(driver);
}

int32_t ethernetState(void) { return atomic_load(&state); }

int32_t ethernetAddress(uint8_t *target, uint32_t most) {
  esp_netif_ip_info_t found;
  char text[16];
  if (!interface || esp_netif_get_ip_info(interface, &found) != ESP_OK || found.ip.addr == 0) return 0;
  if (!esp_ip4addr_ntoa(&found.ip, text, sizeof text)) return 0;
  uint32_t length = (uint32_t)strlen(text);
  if (length > most) return 0;
  memcpy(target, text, length);
  return (int32_t)length;
}
