#include "tls.h"

#ifdef ESP_PLATFORM
/* As ESP-IDF builds the library itself: the two must agree on every structure. */
#define MBEDTLS_CONFIG_FILE "mbedtls/esp_config.h"
#define TF_PSA_CRYPTO_USER_CONFIG_FILE "mbedtls/esp_config.h"
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#if MBEDTLS_VERSION_MAJOR >= 4
#include <psa/crypto.h>
#else
/* The version of the tests, where there is no chip. */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#endif

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

enum {
  CONNECTIONS_MAX = 4,
  /* Room for the record of the largest write, with what TLS adds to it. */
  outgoingSize = 4096,
  incomingSize = 2048,
  WRITE_BYTES_MAX = 2048,
  recordOverhead = 256,
};

typedef struct {
  mbedtls_ssl_context ssl;
  mbedtls_ssl_config configuration;
  mbedtls_x509_crt authority;
#if MBEDTLS_VERSION_MAJOR < 4
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context generator;
#endif
  /* Bytes from the peer that mbedTLS has not read. */
  uint8_t incoming[incomingSize];
  size_t incomingAt, incomingEnd;
  /* Bytes for the peer. */
  uint8_t outgoing[outgoingSize];
  size_t outgoingAt, outgoingEnd;
  int state;
  int error;
} Connection;

static Connection *connections[CONNECTIONS_MAX];

static Connection *find(uint32_t number) { return number < CONNECTIONS_MAX ? connections[number] : NULL; }

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static int giveToPeer(void *context, const unsigned char *bytes, size_t length) {
  Connection *connection = context;
  if (connection->outgoingAt == connection->outgoingEnd) connection->outgoingAt = connection->outgoingEnd = 0;
  size_t count = smaller(length, outgoingSize - connection->outgoingEnd);
  if (count == 0) return MBEDTLS_ERR_SSL_WANT_WRITE;
  memcpy(connection->outgoing + connection->outgoingEnd, bytes, count);
  connection->outgoingEnd += count;
  return (int)count;
}

static int takeFromPeer(void *context, unsigned char *bytes, size_t length) {
  Connection *connection = context;
  size_t count = smaller(length, connection->incomingEnd - connection->incomingAt);
  if (count == 0) return MBEDTLS_ERR_SSL_WANT_READ;
  memcpy(bytes, connection->incoming + connection->incomingAt, count);
  connection->incomingAt += count;
  return (int)count;
}

static int prepareRandom(Connection *connection) {
#if MBEDTLS_VERSION_MAJOR >= 4
  (void)connection;
  return psa_crypto_init() == PSA_SUCCESS ? 0 : -1;
#else
  mbedtls_entropy_init(&connection->entropy);
  mbedtls_ctr_drbg_init(&connection->generator);
  mbedtls_ssl_conf_rng(&connection->configuration, mbedtls_ctr_drbg_random, &connection->generator);
  return mbedtls_ctr_drbg_seed(&connection->generator, mbedtls_entropy_func, &connection->entropy, NULL, 0);
#endif
}

static int configure(Connection *connection, const char *host, const uint8_t *authority, size_t length) {
  mbedtls_ssl_config *configuration = &connection->configuration;
  int error = prepareRandom(connection);
  if (!error) error = mbedtls_x509_crt_parse_der(&connection->authority, authority, length);
  if (!error) {
    error = mbedtls_ssl_config_defaults(configuration, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                        MBEDTLS_SSL_PRESET_DEFAULT);
  }
  if (error) return error;
#if MBEDTLS_VERSION_MAJOR >= 3
  mbedtls_ssl_conf_min_tls_version(configuration, MBEDTLS_SSL_VERSION_TLS1_2);
#else
  mbedtls_ssl_conf_min_version(configuration, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
  mbedtls_ssl_conf_authmode(configuration, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(configuration, &connection->authority, NULL);
  error = mbedtls_ssl_setup(&connection->ssl, configuration);
  if (!error) error = mbedtls_ssl_set_hostname(&connection->ssl, host);
  if (!error) mbedtls_ssl_set_bio(&connection->ssl, connection, giveToPeer, takeFromPeer, NULL);
  return error;
}

static void release(Connection *connection) {
  mbedtls_ssl_free(&connection->ssl);
  mbedtls_ssl_config_free(&connection->configuration);
  mbedtls_x509_crt_free(&connection->authority);
#if MBEDTLS_VERSION_MAJOR < 4
  mbedtls_ctr_drbg_free(&connection->generator);
  mbedtls_entropy_free(&connection->entropy);
#endif
  free(connection);
}

int32_t tlsOpen(char *host, uint8_t *authority, uint32_t length) {
  for (int32_t number = 0; number < CONNECTIONS_MAX; number++) {
    if (connections[number]) continue;
    Connection *connection = calloc(1, sizeof *connection);
    if (!connection) return -1;
    mbedtls_ssl_init(&connection->ssl);
    mbedtls_ssl_config_init(&connection->configuration);
    mbedtls_x509_crt_init(&connection->authority);
    if (configure(connection, host, authority, length)) {
      release(connection);
      return -1;
    }
    connections[number] = connection;
    return number;
  }
  return -1;
}

int32_t tlsTake(uint32_t number, uint8_t *from, uint32_t offset, uint32_t length) {
  Connection *connection = find(number);
  if (!connection) return 0;
  memmove(connection->incoming, connection->incoming + connection->incomingAt,
          connection->incomingEnd - connection->incomingAt);
  connection->incomingEnd -= connection->incomingAt;
  connection->incomingAt = 0;
  size_t count = smaller(length, incomingSize - connection->incomingEnd);
  memcpy(connection->incoming + connection->incomingEnd, from + offset, count);
  connection->incomingEnd += count;
  return (int32_t)count;
}

int32_t tlsGive(uint32_t number, uint8_t *to, uint32_t most) {
  Connection *connection = find(number);
  if (!connection) return 0;
  size_t count = smaller(most, connection->outgoingEnd - connection->outgoingAt);
  memcpy(to, connection->outgoing + connection->outgoingAt, count);
  connection->outgoingAt += count;
  return (int32_t)count;
}

/* The count that a call of mbedTLS gave; 0 with a state for every other result. */
static int32_t settle(Connection *connection, int result) {
  switch (result) {
    case MBEDTLS_ERR_SSL_WANT_READ:
    case MBEDTLS_ERR_SSL_WANT_WRITE:
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET:
#endif
      return 0;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY: connection->state = 2; return 0;
    default: break;
  }
  if (result >= 0) return result;
  connection->state = -1;
  connection->error = result;
  return 0;
}

int32_t tlsStep(uint32_t number) {
  Connection *connection = find(number);
  if (!connection) return -1;
  if (connection->state == 0) {
    int result = mbedtls_ssl_handshake(&connection->ssl);
    if (result == 0) connection->state = 1;
    else settle(connection, result);
  }
  return connection->state;
}

int32_t tlsRead(uint32_t number, uint8_t *to, uint32_t most) {
  Connection *connection = find(number);
  if (!connection || connection->state != 1 || most == 0) return 0;
  int result = mbedtls_ssl_read(&connection->ssl, to, most);
  /* 0 means that the peer's transport ended, which happens only when the peer ended it. */
  if (result == 0) connection->state = 2;
  return settle(connection, result);
}

int32_t tlsWrite(uint32_t number, uint8_t *from, uint32_t offset, uint32_t length) {
  Connection *connection = find(number);
  if (!connection || connection->state != 1 || length == 0) return 0;
  /* All of a record or nothing: else mbedTLS would have to be given the same bytes again. */
  if (connection->outgoingAt != connection->outgoingEnd) return 0;
  _Static_assert(WRITE_BYTES_MAX + recordOverhead <= outgoingSize, "the largest record has room");
  return settle(connection, mbedtls_ssl_write(&connection->ssl, from + offset, smaller(length, WRITE_BYTES_MAX)));
}

static const struct {
  uint32_t flag;
  const char *text;
} reasons[] = {
  {MBEDTLS_X509_BADCERT_NOT_TRUSTED, "not signed by the authority this board was built with"},
  {MBEDTLS_X509_BADCERT_CN_MISMATCH, "for another host"},
  {MBEDTLS_X509_BADCERT_EXPIRED, "expired"},
  {MBEDTLS_X509_BADCERT_FUTURE, "not valid yet"},
  {MBEDTLS_X509_BADCERT_REVOKED, "revoked"},
  {MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY, "too weak"},
  {MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, "not for servers"},
};

int32_t tlsCause(uint32_t number, uint8_t *to, uint32_t most) {
  Connection *connection = find(number);
  char text[200] = "no such connection";
  if (connection && connection->error == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
    uint32_t flags = mbedtls_ssl_get_verify_result(&connection->ssl);
    int length = snprintf(text, sizeof text, "the certificate is");
    const char *glue = " ";
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
      if (!(flags & reasons[i].flag)) continue;
      length += snprintf(text + length, sizeof text - (size_t)length, "%s%s", glue, reasons[i].text);
      glue = ", ";
    }
    if (*glue == ' ') snprintf(text + length, sizeof text - (size_t)length, " refused (flags 0x%lx)", (unsigned long)flags);
  } else if (connection && connection->error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    snprintf(text, sizeof text, "the peer refused it with an alert");
  } else if (connection) {
    snprintf(text, sizeof text, "TLS error -0x%04x", (unsigned)-connection->error);
  }
  size_t count = smaller(most, strlen(text));
  memcpy(to, text, count);
  return (int32_t)count;
}

void tlsClose(uint32_t number) {
  Connection *connection = find(number);
  if (!connection) return;
  connections[number] = NULL;
  release(connection);
}
