#include "console.h"

#include "chip.h"

#include <driver/uart.h>

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

static const uart_port_t port = UART_NUM_0;

enum { receiveQueue = 8192, transmitQueue = 8192, drainMilliseconds = 300 };

static int opened;

int32_t consoleOpen(uint32_t baud, int32_t transmit, int32_t receive) {
  const uart_config_t configuration = {
    .baud_rate = (int)baud,
    .data_bits = UART_DATA_8_BITS,
    .parity = UART_PARITY_DISABLE,
    .stop_bits = UART_STOP_BITS_1,
    .flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
    .source_clk = UART_SCLK_DEFAULT,
  };
  esp_err_t error = uart_driver_install(port, receiveQueue, transmitQueue, 0, NULL, 0);
  if (!error) error = uart_param_config(port, &configuration);
  if (!error) {
    error = uart_set_pin(port, transmit < 0 ? UART_PIN_NO_CHANGE : transmit, receive < 0 ? UART_PIN_NO_CHANGE : receive,
                         UART_PIN_NO_CHANGE, UART_PIN_NO_CHANGE);
  }
  opened = !error;
  if (opened) chipStarted();
  return error;
}

int32_t consoleRead(uint8_t *target, uint32_t most) {
  int count = opened ? uart_read_bytes(port, target, most, 0) : 0;
  return count > 0 ? count : 0;
}

int32_t consoleWrite(uint8_t *source, uint32_t offset, uint32_t length) {
  size_t room = 0;
  if (!opened || uart_get_tx_buffer_free_size(port, &room) != ESP_OK) return 0;
  /* The driver keeps a header with every piece in the same queue, and would wait if it had no room for that. */
  size_t most = room > 64 ? room - 64 : 0;
  if (length > most) length = (uint32_t)most;
  int count = length > 0 ? uart_write_bytes(port, source + offset, length) : 0;
  return count > 0 ? count : 0;
}

void consoleDrain(void) {
  if (opened) uart_wait_tx_done(port, pdMS_TO_TICKS(drainMilliseconds));
}
